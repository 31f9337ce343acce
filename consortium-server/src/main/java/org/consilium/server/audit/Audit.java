package org.consilium.server.audit;

import java.util.Optional;
import org.consilium.contract.Sha256;
import org.consilium.contract.SiteId;
import org.consilium.contract.StudyId;

/** Where use cases record what they did. */
public interface Audit {

    /**
     * Records events in the present transaction, with which they become durable. The last step of a use case: until the
     * commit nobody else appends.
     *
     * @return the place of the last one in the log
     */
    long append(AuditEvent... events);

    /** Returns what the log says last of the data that a site trains on in a study. */
    Optional<TrainingData> data(StudyId study, SiteId site);

    /**
     * What a site has said of the data that it trains on.
     *
     * @param fingerprint of the data set
     * @param examples how many of it were trained on
     */
    record TrainingData(Sha256 fingerprint, long examples) {}
}
