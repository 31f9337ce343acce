-- What left this node, listed before it left. Rows are added and counted up, never deleted.

CREATE TABLE outbound (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  first_at    timestamptz NOT NULL,
  last_at     timestamptz NOT NULL CHECK (last_at >= first_at),
  times       bigint NOT NULL CHECK (times > 0),
  kind        text NOT NULL,
  recipient   text NOT NULL,
  study       text,
  round       integer CHECK (round >= 0),
  bytes       bigint NOT NULL CHECK (bytes >= 0),
  sha256      text NOT NULL CHECK (length(sha256) = 64),
  protocol    text CHECK (length(protocol) = 64),
  metrics     text,
  http_method text NOT NULL
);
-- The latest entry of a kind is looked up before each request.
CREATE INDEX outbound_latest_of_kind ON outbound (kind, id);
COMMENT ON COLUMN outbound.kind IS 'what the request is for; other if the node did not know, so there is no closed list';
COMMENT ON COLUMN outbound.recipient IS 'scheme, host, port and path of the request, without its query';
COMMENT ON COLUMN outbound.sha256 IS 'digest of the body''s bytes as they were sent';
COMMENT ON COLUMN outbound.metrics IS 'what an update said of its training in its header, beside its body';
COMMENT ON COLUMN outbound.protocol IS 'digest of the study protocol under which it was sent, null outside of a study';
