-- The tables belong to the user that migrates; the node has what it needs of them. Done after each migration, so that no
-- migration can forget it.
GRANT USAGE ON SCHEMA imaging TO "${application}";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA imaging TO "${application}";
GRANT USAGE ON ALL SEQUENCES IN SCHEMA imaging TO "${application}";
REVOKE INSERT, UPDATE, DELETE ON imaging.flyway_schema_history FROM "${application}";
-- Whoever takes over the node cannot rewrite what it has recorded.
REVOKE UPDATE, DELETE ON imaging.audit_record, imaging.audit_node, imaging.audit_checkpoint, imaging.audit_witness,
    imaging.audit_timestamp, imaging.consortium_key, imaging.consortium_checkpoint FROM "${application}";
-- Its entries are counted up, and never taken away.
REVOKE DELETE ON imaging.outbound, imaging.policy FROM "${application}";
