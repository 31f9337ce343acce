/**
 * What leaves the audit log: for other systems as CSV, JSON lines, FHIR and DICOM messages, and for an auditor as a bundle
 * that says by itself whether it is genuine.
 *
 * <p>Decisions. Every writer takes records one at a time and writes them to a stream at once: a log of a million records
 * needs no more memory than one of ten, and a child JVM with a small heap shows it. Where a writer has to know the end
 * before the beginning, as a bundle's manifest does, it writes to temporary files. What DICOM and FHIR say of a record is
 * decided in one place ({@link org.consilium.server.export.DicomEvent}, {@link org.consilium.server.export.AuditObject}),
 * so that the two exports never contradict each other. No writer knows HTTP or the database: who gives the records is
 * theirs to say.
 */
package org.consilium.server.export;
