-- The tables belong to the user that migrates; the application has what it needs of them. Done after each migration, so that
-- no migration can forget it.
GRANT USAGE ON SCHEMA public TO "${application}";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "${application}";
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "${application}";
REVOKE INSERT, UPDATE, DELETE ON flyway_schema_history FROM "${application}";
-- Whoever takes over the application cannot rewrite what it has recorded.
REVOKE UPDATE, DELETE ON audit_record, audit_node, audit_checkpoint, audit_witness, audit_timestamp FROM "${application}";
