package org.consilium.server.export;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.consilium.contract.CsvLine;
import org.consilium.contract.audit.AuditRecord;

/**
 * Records as {@linkplain CsvLine CSV}: a header, then one row a record with every field in a column of its own; the details
 * are one JSON object in one cell. A value that a spreadsheet would take for a formula has an apostrophe before it, so it is
 * the bundle or the JSON lines that hashes are computed from, never this.
 */
final class CsvExport implements RecordExport {

    static final List<String> COLUMNS = List.of(
            "seq",
            "id",
            "stream",
            "occurred",
            "recorded",
            "actorSubject",
            "actorName",
            "actorOrganisation",
            "actorRole",
            "actorKind",
            "actorAuthentication",
            "actorAddress",
            "action",
            "code",
            "outcome",
            "outcomeText",
            "objectType",
            "objectId",
            "objectVersion",
            "objectHash",
            "study",
            "studySeq",
            "protocolVersion",
            "round",
            "site",
            "reason",
            "correlation",
            "peerEvent",
            "peerHash",
            "details",
            "leafHash");

    private final Writer out;

    CsvExport(OutputStream out) throws IOException {
        this.out = RecordTexts.utf8(out);
        this.out.write(CsvLine.of(COLUMNS.stream()));
    }

    @Override
    public void write(AuditRecord entry) throws IOException {
        AuditRecord.Actor actor = entry.actor();
        out.write(CsvLine.of(Stream.of(
                        entry.seq(),
                        entry.id(),
                        entry.stream(),
                        RecordTexts.time(entry.occurred()),
                        RecordTexts.time(entry.recorded()),
                        actor.subject(),
                        actor.name(),
                        actor.organisation(),
                        actor.role(),
                        actor.kind().name().toLowerCase(Locale.ROOT),
                        actor.authentication(),
                        text(actor.address()),
                        entry.action(),
                        entry.code(),
                        entry.outcome().code(),
                        entry.outcome().text(),
                        entry.entity().type(),
                        entry.entity().id(),
                        text(entry.entity().version()),
                        text(entry.entity().hash()),
                        text(entry.study()),
                        entry.studySeq().isPresent() ? entry.studySeq().getAsLong() : "",
                        entry.protocolVersion().isPresent()
                                ? entry.protocolVersion().getAsInt()
                                : "",
                        entry.round().isPresent() ? entry.round().getAsInt() : "",
                        text(entry.site()),
                        text(entry.reason()),
                        entry.correlation(),
                        text(entry.peer().map(AuditRecord.Peer::event)),
                        text(entry.peer().map(AuditRecord.Peer::hash)),
                        entry.details().isEmpty() ? "" : RecordTexts.json(entry.details()),
                        entry.leafHash())
                .map(String::valueOf)));
    }

    private static String text(Optional<?> value) {
        return value.map(String::valueOf).orElse("");
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
