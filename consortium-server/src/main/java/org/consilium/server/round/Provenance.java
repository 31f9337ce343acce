package org.consilium.server.round;

import java.util.Optional;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.AuditRecord.Peer;
import org.consilium.contract.audit.UpdateHeaders;

/**
 * What a site says of where an update comes from.
 *
 * @param record its own record of sending it
 * @param dataset fingerprint of the images that it was trained on
 */
record Provenance(Optional<Peer> record, Optional<Sha256> dataset) {

    /**
     * Reads the headers of an update, each of which may be missing.
     *
     * @throws IllegalArgumentException if one is malformed, naming it
     */
    static Provenance of(String record, String dataset) {
        return new Provenance(
                Optional.ofNullable(record).map(UpdateHeaders::record),
                Optional.ofNullable(dataset).map(Sha256::new));
    }

    /** Returns that a site says nothing. */
    static Provenance none() {
        return new Provenance(Optional.empty(), Optional.empty());
    }
}
