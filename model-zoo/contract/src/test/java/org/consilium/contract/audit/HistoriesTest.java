package org.consilium.contract.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.consilium.contract.Sha256;
import org.consilium.contract.audit.Histories.Contradiction;
import org.junit.jupiter.api.Test;

class HistoriesTest {

    private static final String ORIGIN = "consortium.example/audit";

    private final NoteSigner owner = NoteSigner.generate(ORIGIN);

    @Test
    void one_history_contradicts_itself_nowhere() {
        List<SignedCheckpoint> seen = List.of(signed(owner, 1, 1), signed(owner, 2, 2), signed(owner, 2, 2));

        assertThat(Histories.contradictions(seen, seen, owner.key())).isEmpty();
    }

    @Test
    void two_roots_of_one_size_are_a_contradiction() {
        SignedCheckpoint one = signed(owner, 2, 2);
        SignedCheckpoint other = signed(owner, 2, 3);

        assertThat(Histories.contradictions(
                        List.of(signed(owner, 1, 1), one), List.of(other, signed(owner, 3, 9)), owner.key()))
                .containsExactly(new Contradiction(one, other));
    }

    @Test
    void what_the_owner_has_not_signed_proves_nothing() {
        NoteSigner somebody = NoteSigner.generate(ORIGIN);

        assertThat(Histories.contradictions(List.of(signed(owner, 2, 2)), List.of(signed(somebody, 2, 3)), owner.key()))
                .isEmpty();
        assertThat(Histories.contradictions(List.of(signed(somebody, 2, 3)), List.of(signed(owner, 2, 2)), owner.key()))
                .isEmpty();
    }

    private static SignedCheckpoint signed(NoteSigner signer, long size, int content) {
        Instant time = Instant.parse("2026-11-26T10:00:00Z");
        return SignedCheckpoint.of(new Checkpoint(ORIGIN, size, Sha256.of(new byte[] {(byte) content}), time), signer);
    }
}
