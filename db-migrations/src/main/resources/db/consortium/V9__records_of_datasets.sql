-- What the log says last of a site's data in a study is asked at each update; without this it would read the study's whole log.
CREATE INDEX audit_record_dataset ON audit_record (study, site, seq) WHERE code IN ('dataset.declared', 'dataset.changed');
