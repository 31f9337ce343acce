package org.consilium.site.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.consilium.contract.Sha256;
import org.junit.jupiter.api.Test;

class CsvTest {

    private static final Sha256 DIGEST = Sha256.of(new byte[0]);

    @Test
    void a_line_has_the_columns_of_the_header_in_their_order_and_ends_in_crlf() {
        Entry entry = new Entry(
                7,
                Instant.parse("2026-03-01T10:00:00Z"),
                Instant.parse("2026-03-01T10:00:25.123456Z"),
                2,
                new Departure(
                        "update",
                        "https://server:443/u",
                        Optional.of("s"),
                        Optional.of(3),
                        9,
                        DIGEST,
                        Optional.of(DIGEST),
                        Optional.of("{\"examples\":9}"),
                        "PUT"));

        assertThat(Csv.header())
                .isEqualTo("id,at,lastAt,times,kind,to,study,round,bytes,sha256,protocol,metrics,httpMethod\r\n");
        assertThat(Csv.record(entry))
                .isEqualTo("7,2026-03-01T10:00:00Z,2026-03-01T10:00:25.123456Z,2,update,https://server:443/u,s,3,9,"
                        + DIGEST + "," + DIGEST + ",\"{\"\"examples\"\":9}\",PUT\r\n");
    }

    @Test
    void what_is_not_known_is_an_empty_field() {
        Entry entry = new Entry(
                1,
                Instant.EPOCH,
                Instant.EPOCH,
                1,
                new Departure(
                        "poll",
                        "https://s:1/p",
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        DIGEST,
                        Optional.empty(),
                        Optional.empty(),
                        "GET"));

        assertThat(Csv.record(entry)).endsWith(",poll,https://s:1/p,,,0," + DIGEST + ",,,GET\r\n");
    }
}
