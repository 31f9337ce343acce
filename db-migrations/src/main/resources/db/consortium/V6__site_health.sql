-- The last sign of life of a site's node, one row a site: what was before it is of no use. The lease is the last work
-- that the node named and when it named it last; it stays when the node turns to something else, so that a study that
-- waits for the site can say since when nothing is done for it. No foreign key: a node may name a study that is over.
ALTER TABLE site
    ADD COLUMN heartbeat_at     timestamptz,
    ADD COLUMN activity         varchar(24),
    ADD COLUMN activity_since   timestamptz,
    ADD COLUMN free_disk_bytes  bigint CHECK (free_disk_bytes >= 0),
    ADD COLUMN lease_study      varchar(60),
    ADD COLUMN lease_round      int CHECK (lease_round > 0),
    ADD COLUMN lease_renewed_at timestamptz,
    ADD CONSTRAINT site_heartbeat_whole
        CHECK (num_nulls(heartbeat_at, activity, activity_since, free_disk_bytes) IN (0, 4)),
    ADD CONSTRAINT site_lease_whole CHECK (num_nulls(lease_study, lease_round, lease_renewed_at) IN (0, 3));
