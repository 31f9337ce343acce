package org.consilium.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "Site",
                "1site",
                "-a",
                "a b",
                "a/../b",
                "a\n",
                "ü",
                "a123456789012345678901234567890123456789x"
            })
    void a_malformed_site_id_is_refused(String text) {
        assertThatThrownBy(() -> new SiteId(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lower-case letters");
    }

    @Test
    void no_site_has_the_name_by_which_the_consortiums_own_log_is_known() {
        assertThatThrownBy(() -> new SiteId("consortium")).hasMessageContaining("choose another id");
        assertThat(new SiteId("consortium-2").value()).isEqualTo("consortium-2");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "a;drop table", "<script>", "A"})
    void a_malformed_study_id_is_refused(String text) {
        assertThatThrownBy(() -> new StudyId(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_digest_is_the_published_one() {
        // FIPS 180-4 example: "abc"
        assertThat(Sha256.of("abc".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .hasToString("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThatThrownBy(() -> new Sha256("BA78")).hasMessageContaining("64 lower-case");
    }

    @Test
    void training_settings_out_of_range_name_the_setting() {
        assertThatThrownBy(() -> new Effort.Epochs(-1)).hasMessageContaining("local epochs -1");
        assertThatThrownBy(() -> new Effort.Steps(0)).hasMessageContaining("local steps 0");
        assertThatThrownBy(() -> new Optimiser.Sgd(Double.NaN, 0)).hasMessageContaining("learning rate NaN");
        assertThatThrownBy(() -> new Optimiser.Sgd(0, 0)).hasMessageContaining("learning rate 0.0");
        assertThatThrownBy(() -> new Optimiser.Sgd(0.1, 1)).hasMessageContaining("momentum 1.0");
        assertThatThrownBy(() -> new Optimiser.Adam(-1)).hasMessageContaining("learning rate -1.0");
        assertThatThrownBy(() -> new TrainingPlan(new Effort.Epochs(1), 0, new Optimiser.Adam(1), 0))
                .hasMessageContaining("batch size 0");
        assertThatThrownBy(() -> new TrainingMetrics(0, 1, 1, "x")).hasMessageContaining("at least 1 example");
        assertThatThrownBy(() -> new TrainingMetrics(1, Double.NaN, 1, "x")).hasMessageContaining("diverged");
        assertThatThrownBy(() -> new TrainingMetrics(1, 1, -1, "x")).hasMessageContaining("seconds");
        assertThatThrownBy(() -> new TrainingMetrics(1, 1, 1, "a\nb")).hasMessageContaining("executor");
    }
}
