package org.consilium.contract.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import org.consilium.contract.Es256KeyPair;
import org.consilium.contract.Sha256;
import org.junit.jupiter.api.Test;

class WitnessedCheckpointsTest {

    private final NoteSigner consortium = NoteSigner.generate("consortium.example/audit");
    private final NoteSigner site =
            NoteSigner.fromPem("site-1", Es256KeyPair.generate().toPem());

    @Test
    void what_is_written_can_be_read() {
        List<SignedCheckpoint> seen = List.of(checkpoint(1), checkpoint(2), checkpoint(30));

        assertThat(WitnessedCheckpoints.read(WitnessedCheckpoints.write(seen))).isEqualTo(seen);
        assertThat(WitnessedCheckpoints.read(WitnessedCheckpoints.write(seen.subList(0, 1))))
                .isEqualTo(seen.subList(0, 1));
    }

    @Test
    void what_is_no_checkpoint_is_refused() {
        String one = checkpoint(1).note();
        for (String text : new String[] {"", "nothing", one + one, one + WitnessedCheckpoints.SEPARATOR + "x"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> WitnessedCheckpoints.read(text).toList());
        }
    }

    private SignedCheckpoint checkpoint(long size) {
        Instant time = Instant.parse("2026-11-26T10:00:00Z");
        Checkpoint checkpoint =
                new Checkpoint("consortium.example/audit", size, Sha256.of(new byte[] {(byte) size}), time);
        return SignedCheckpoint.of(checkpoint, consortium).with(site.countersign(checkpoint, time));
    }
}
