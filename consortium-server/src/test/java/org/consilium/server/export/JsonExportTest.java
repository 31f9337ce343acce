package org.consilium.server.export;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.util.List;
import org.consilium.contract.audit.AuditRecord;
import org.junit.jupiter.api.Test;

class JsonExportTest {

    @Test
    void each_line_has_the_record_as_it_is_hashed_and_its_leaf() {
        List<AuditRecord> records = Records.ofEveryCode();

        List<String> lines = Records.lines(RecordFormat.JSON, records);

        assertThat(lines).hasSameSizeAs(records);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            JsonObject json = Json.createReader(new StringReader(line)).readObject();
            assertThat(json.getString("leafHash"))
                    .isEqualTo(records.get(i).leafHash().hex());
            String hashed = line.substring("{\"record\":".length(), line.lastIndexOf(",\"leafHash\""));
            assertThat(AuditRecord.fromLine(hashed)).isEqualTo(records.get(i));
        }
    }
}
