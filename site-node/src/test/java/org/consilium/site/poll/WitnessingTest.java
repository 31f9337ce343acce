package org.consilium.site.poll;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.consilium.site.audit.ConsortiumLog;
import org.consilium.site.audit.Witness;
import org.junit.jupiter.api.Test;

class WitnessingTest {

    private static final Logger LOG = Logger.getLogger(Witnessing.class.getName());

    static {
        LOG.setLevel(Level.OFF);
    }

    private final List<Long> pauses = new ArrayList<>();
    private final List<String> troubles = new ArrayList<>();
    private boolean away;
    private Witnessing witnessing;

    private final class LookedAt extends Witness {
        @Override
        public void look(ConsortiumLog log) {
            if (away) {
                throw new IllegalStateException("the server is away");
            }
        }
    }

    @Test
    void it_looks_every_ten_minutes_and_sooner_again_after_a_look_that_failed() {
        away = true;
        witnessing = new Witnessing(new LookedAt(), null, null, seconds -> {
            pauses.add(seconds);
            troubles.add(witnessing.trouble());
            away = false;
            return pauses.size() == 3;
        });

        witnessing.run();

        assertThat(pauses).containsExactly(60L, 600L, 600L);
        assertThat(troubles).containsExactly("the server is away", "", "");
    }
}
