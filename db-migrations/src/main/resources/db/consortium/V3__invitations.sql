-- A site joins by one invitation after the other; only the youngest of a site may be open. Of the code only its digest
-- is kept. The key is public.
CREATE TABLE invitation (
    id            bigint       GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    site          varchar(40)  NOT NULL,
    organisation  text         NOT NULL,
    contact       text         NOT NULL,
    expected_data text         NOT NULL,
    code_sha256   varchar(64)  NOT NULL UNIQUE,
    invited_by    text         NOT NULL,
    created_at    timestamptz  NOT NULL,
    expires_at    timestamptz  NOT NULL,
    state         varchar(16)  NOT NULL CHECK (state IN ('OPEN', 'REQUESTED', 'APPROVED', 'REJECTED', 'WITHDRAWN')),
    jwk           text,
    node_version  varchar(80),
    requested_at  timestamptz,
    decided_by    text,
    decided_at    timestamptz,
    reason        text,
    CHECK ((state IN ('REQUESTED', 'APPROVED', 'REJECTED')) = (jwk IS NOT NULL)),
    CHECK ((state IN ('APPROVED', 'REJECTED', 'WITHDRAWN')) = (decided_at IS NOT NULL))
);
CREATE UNIQUE INDEX invitation_undecided ON invitation (site) WHERE state IN ('OPEN', 'REQUESTED');
