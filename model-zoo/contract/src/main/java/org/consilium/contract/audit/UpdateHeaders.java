package org.consilium.contract.audit;

import java.util.UUID;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.AuditRecord.Peer;

/** Headers of HTTP by which a site says with an update what its own audit log has of it. */
public final class UpdateHeaders {

    /** The site's own record that the update was sent: its event id, a space, and the hash of its leaf in hexadecimal digits. */
    public static final String RECORD = "Consilium-Site-Record";

    /**
     * Fingerprint of the images that were trained on, SHA-256 in hexadecimal digits. It is keyed by the site's secret: equal
     * images give equal fingerprints at one site, and nobody else can try which images those are.
     */
    public static final String DATASET = "Consilium-Dataset";

    private UpdateHeaders() {}

    /** Returns the value of {@link #RECORD}. */
    public static String record(Peer record) {
        return record.event() + " " + record.hash();
    }

    /**
     * Reads the value of {@link #RECORD}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Peer record(String value) {
        String[] parts = value.split(" ", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException(
                    "'" + RECORD + "' must be an event's id, a space and the hash of its leaf");
        }
        UUID event = UUID.fromString(parts[0]);
        if (!event.toString().equals(parts[0])) {
            throw new IllegalArgumentException("'" + RECORD + "' must begin with a UUID, not '" + parts[0] + "'");
        }
        return new Peer(event, new Sha256(parts[1]));
    }
}
