package org.consilium.contract.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.AuditRecord.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateHeadersTest {

    private static final String ID = "0e3f1c4a-1111-4222-8333-444455556666";
    private static final String HASH = "abababababababababababababababababababababababababababababababab";

    @Test
    void what_is_written_is_read() {
        Peer record = new Peer(UUID.fromString(ID), new Sha256(HASH));
        assertThat(UpdateHeaders.record(record)).isEqualTo(ID + " " + HASH);
        assertThat(UpdateHeaders.record(ID + " " + HASH)).isEqualTo(record);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ID, ID + " ", ID + "  " + HASH, "1-1-1-1-1 " + HASH, ID + " abc", HASH + " " + ID})
    void what_is_no_such_value_is_refused(String value) {
        assertThatThrownBy(() -> UpdateHeaders.record(value)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_third_part_is_refused() {
        assertThatThrownBy(() -> UpdateHeaders.record(ID + " " + HASH + " more"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Consilium-Site-Record");
    }
}
