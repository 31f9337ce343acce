package org.consilium.server.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.consilium.contract.audit.AuditRecord;
import org.junit.jupiter.api.Test;

class CsvExportTest {

    @Test
    void every_record_is_a_row_with_every_field_in_its_column() {
        List<AuditRecord> records = Records.ofEveryCode();

        List<List<String>> rows =
                parsed(new String(Records.exported(RecordFormat.CSV, records), StandardCharsets.UTF_8));

        assertThat(rows).hasSize(records.size() + 1);
        assertThat(rows.get(0)).isEqualTo(CsvExport.COLUMNS);
        assertThat(rows).allSatisfy(row -> assertThat(row).hasSameSizeAs(CsvExport.COLUMNS));
        for (int i = 0; i < records.size(); i++) {
            assertThat(named(rows.get(i + 1)))
                    .containsEntry("seq", Integer.toString(i))
                    .containsEntry("code", records.get(i).code())
                    .containsEntry("leafHash", records.get(i).leafHash().hex());
        }
        assertThat(named(rows.get(1)))
                .containsEntry("id", "00000000-0000-0003-0000-000000000000")
                .containsEntry("stream", "consortium")
                .containsEntry("occurred", "2026-11-26T10:00:00.000Z")
                .containsEntry("recorded", "2026-11-26T10:00:00.007Z")
                .containsEntry("actorSubject", "5f2c-0")
                .containsEntry("actorName", "'=Ada \"Süd\" <b>&amp; 🩺")
                .containsEntry("actorOrganisation", "Klinik Süd,  Haus 2")
                .containsEntry("actorRole", "site-node")
                .containsEntry("actorKind", "user")
                .containsEntry("actorAuthentication", "OpenID Connect, bearer token")
                .containsEntry("actorAddress", "10.1.2.3")
                .containsEntry("action", "E")
                .containsEntry("outcome", "0")
                .containsEntry("outcomeText", "as it ended: <ok> & \"so\" \uFFFF")
                .containsEntry("objectType", "session")
                .containsEntry("objectId", "nodules/3/site-1")
                .containsEntry("objectVersion", "2")
                .containsEntry(
                        "objectHash",
                        records.get(0).entity().hash().orElseThrow().hex())
                .containsEntry("study", "nodules")
                .containsEntry("studySeq", "0")
                .containsEntry("protocolVersion", "2")
                .containsEntry("round", "3")
                .containsEntry("site", "site-1")
                .containsEntry("reason", "because\nof \"this\", that & <those>")
                .containsEntry("correlation", "00000000-0000-0001-0000-000000000000")
                .containsEntry("peerEvent", "00000000-0000-0005-0000-000000000000")
                .containsEntry(
                        "peerHash", records.get(0).peer().orElseThrow().hash().hex())
                .containsEntry(
                        "details",
                        "{\"examples\":\"120\",\"text\":\"@two\\nlines, \\\"quoted\\\" \\\\ ]]>\",\"version\":\"of the"
                                + " detail\"}");
    }

    @Test
    void no_cell_is_taken_for_a_formula() {
        List<List<String>> rows =
                parsed(new String(Records.exported(RecordFormat.CSV, Records.ofEveryCode()), StandardCharsets.UTF_8));

        assertThat(rows).flatExtracting(row -> row).noneMatch(cell -> cell.matches("(?s)[=+@\\-\t\r\n].*"));
    }

    private static Map<String, String> named(List<String> row) {
        Map<String, String> named = new HashMap<>();
        for (int i = 0; i < row.size(); i++) {
            named.put(CsvExport.COLUMNS.get(i), row.get(i));
        }
        return named;
    }

    /** A reader of RFC 4180 that is not the writer's. */
    private static List<List<String>> parsed(String text) {
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                if (c != '"') {
                    cell.append(c);
                } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
                    cell.append('"');
                    i++;
                } else {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == ',' || c == '\r') {
                row.add(cell.toString());
                cell.setLength(0);
                if (c == '\r') {
                    assertThat(text.charAt(++i)).isEqualTo('\n');
                    rows.add(row);
                    row = new ArrayList<>();
                }
            } else {
                cell.append(c);
            }
        }
        assertThat(row).isEmpty();
        return rows;
    }
}
