package org.consilium.site.images;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** One import job as it is stored: what was asked for, and how it ended. */
@Entity
@Table(name = "import_job")
class ImportRow {

    @Id
    UUID id;

    @Column(nullable = false)
    String dataset;

    @Column(nullable = false)
    String folder;

    @Column(nullable = false)
    String state;

    int done;

    int total;

    /** The problem as JSON, null unless the job failed. */
    String problem;

    @Column(name = "started_at", nullable = false)
    Instant startedAt;

    @Column(name = "ended_at")
    Instant endedAt;
}
