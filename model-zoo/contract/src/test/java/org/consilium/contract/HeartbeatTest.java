package org.consilium.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A node's sign of life. */
class HeartbeatTest {

    private static final String TRAINING =
            "{\"activity\":\"TRAINING\",\"study\":\"blood-1\",\"round\":3,\"freeDiskBytes\":13958643712,"
                    + "\"nodeVersion\":\"0.1.0\"}";
    private static final String IDLE = "{\"activity\":\"IDLE\",\"freeDiskBytes\":0,\"nodeVersion\":\"0.1.0\"}";

    @Test
    void a_sign_of_life_has_its_golden_form_with_work_and_without() {
        Heartbeat training = new Heartbeat(
                Activity.TRAINING,
                Optional.of(new StudyId("blood-1")),
                Optional.of(new RoundNumber(3)),
                13 * Heartbeat.GIB,
                "0.1.0");
        Heartbeat idle = new Heartbeat(Activity.IDLE, Optional.empty(), Optional.empty(), 0, "0.1.0");

        assertThat(Messages.toJson(training)).hasToString(TRAINING);
        assertThat(Messages.heartbeat(json(TRAINING))).isEqualTo(training);
        assertThat(Messages.toJson(idle)).hasToString(IDLE);
        assertThat(Messages.heartbeat(json(IDLE))).isEqualTo(idle);
    }

    @Test
    void free_space_is_told_in_whole_gib_only() {
        assertThat(idle(13 * Heartbeat.GIB + 12_345).freeDiskBytes()).isEqualTo(13 * Heartbeat.GIB);
        assertThat(idle(Heartbeat.GIB - 1).freeDiskBytes()).isZero();
        assertThatThrownBy(() -> idle(-1)).hasMessageContaining("'freeDiskBytes' must not be negative");
    }

    @Test
    void work_names_its_round_and_what_is_no_work_names_none() {
        refused(TRAINING.replace(",\"round\":3", ""), "TRAINING needs 'study' and 'round'");
        refused(TRAINING.replace("\"study\":\"blood-1\",", ""), "TRAINING needs 'study' and 'round'");
        for (Activity activity : Activity.values()) {
            String said = TRAINING.replace("TRAINING", activity.name());
            if (activity.isWork()) {
                assertThat(Messages.heartbeat(json(said)).activity()).isEqualTo(activity);
            } else {
                refused(said, activity + " has no 'study' and no 'round'");
            }
        }
    }

    @Test
    void what_is_missing_or_of_another_form_is_named() {
        for (String key : new String[] {"activity", "freeDiskBytes", "nodeVersion"}) {
            JsonObject without =
                    Json.createObjectBuilder(json(IDLE)).remove(key).build();
            assertThatThrownBy(() -> Messages.heartbeat(without)).hasMessage("'" + key + "' is missing");
        }
        refused(IDLE.replace("IDLE", "DREAMING"), "activity 'DREAMING' is not known: use one of [IDLE, FETCHING");
        refused(TRAINING.replace("\"round\":3", "\"round\":0"), "round 0 is not valid");
        refused(IDLE.replace("0.1.0", " "), "'nodeVersion'");
        refused(IDLE.replace("0.1.0", "0\\u0000"), "'nodeVersion'");
        refused(IDLE.replace("0.1.0", "1".repeat(81)), "'nodeVersion' must have 1 to 80 characters");
    }

    private static Heartbeat idle(long free) {
        return new Heartbeat(Activity.IDLE, Optional.empty(), Optional.empty(), free, "0.1.0");
    }

    private static void refused(String text, String message) {
        assertThatThrownBy(() -> Messages.heartbeat(json(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static JsonObject json(String text) {
        try (var reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }
}
