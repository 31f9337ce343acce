package org.consilium.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.consilium.contract.Effort;
import org.consilium.contract.LocalObjective.Mixing;
import org.consilium.contract.Optimiser;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.SiteId;
import org.consilium.contract.SynthesisPlan;
import org.consilium.contract.TrainingPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StrategiesTest {

    private static final TrainingPlan BASE = new TrainingPlan(new Effort.Epochs(1), 32, new Optimiser.Sgd(0.1, 0), 7);
    private static final SiteId SITE = new SiteId("site-1");

    static List<String> names() {
        return Strategies.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void the_settings_of_a_strategy_give_it_back(String name) {
        Strategy strategy = Strategies.named(name);
        assertThat(strategy.name()).isEqualTo(name);
        Strategy again = Strategies.of(name, strategy.settings());
        assertThat(again.settings()).isEqualTo(strategy.settings()).isNotEmpty();
        assertThat(again.configureTrain(BASE, new RoundNumber(3), SITE))
                .isEqualTo(strategy.configureTrain(BASE, new RoundNumber(3), SITE));
        assertThat(again.synthesis(7, new RoundNumber(3))).isEqualTo(strategy.synthesis(7, new RoundNumber(3)));
        assertThat(again.gate()).isEqualTo(strategy.gate());
    }

    @Test
    void a_setting_that_is_not_there_or_out_of_range_is_named() {
        assertThatThrownBy(() -> Strategies.of("fedprox", Map.of("nu", "1")))
                .hasMessage("strategy fedprox has no setting 'nu'; it has mu, weights");
        assertThatThrownBy(() -> Strategies.of("fedprox", Map.of("mu", "-1")))
                .hasMessage("setting 'mu' of strategy fedprox is '-1'; use 0 to 1000");
        assertThatThrownBy(() -> Strategies.of("fedprox", Map.of("mu", "NaN"))).hasMessageContaining("use 0 to 1000");
        assertThatThrownBy(() -> Strategies.of("fedprox", Map.of("mu", "much"))).hasMessageContaining("use a number");
        assertThatThrownBy(() -> Strategies.of("fedavg", Map.of("weights", "equal")))
                .hasMessage("setting 'weights' of strategy fedavg is 'equal'; use examples or uniform");
        assertThatThrownBy(() -> Strategies.of("fedimpression", Map.of("data_size", "1.5")))
                .hasMessageContaining("use a whole number of 1 to 100000");
    }

    @Test
    void sites_weigh_what_the_setting_says() {
        List<Updates.Contribution> two =
                List.of(new Updates.Contribution(SITE, 100), new Updates.Contribution(new SiteId("site-2"), 300));
        assertThat(Strategies.named("fedavg").weights(two)).containsExactly(0.25, 0.75);
        assertThat(Strategies.of("fedavg", Map.of("weights", "uniform")).weights(two))
                .containsExactly(0.5, 0.5);
        assertThat(Strategies.named("fedimpression").weights(two)).containsExactly(0.5, 0.5);
        assertThat(Strategies.named("fedimpression-plus").weights(List.of())).isEmpty();
    }

    @Test
    void numbers_are_written_in_one_way() {
        assertThat(Strategies.of("fedprox", Map.of("mu", "1e-1")).settings()).containsEntry("mu", "0.1");
        assertThat(Strategies.of("fedprox", Map.of("mu", " 0.10 ")).settings()).containsEntry("mu", "0.1");
        assertThat(Strategies.of("fedprox", Map.of("mu", "-0")).settings()).containsEntry("mu", "0");
    }

    @Test
    void fedprox_pulls_to_the_global_model() {
        TrainingPlan plan =
                Strategies.of("fedprox", Map.of("mu", "0.3")).configureTrain(BASE, new RoundNumber(1), SITE);
        assertThat(plan.objective().proximal()).isEqualTo(0.3);
        assertThat(plan.seed()).isEqualTo(Seeds.training(7, new RoundNumber(1), SITE));
    }

    @Test
    void fedimpression_is_as_published() {
        Strategy published = Strategies.named("fedimpression");
        assertThat(published.settings())
                .containsEntry("weights", "uniform")
                .containsEntry("data_size", "160")
                .containsEntry("iters_admm", "3")
                .containsEntry("iters_img", "30")
                .containsEntry("rho", "0.2")
                .containsEntry("gamma", "0.001")
                .containsEntry("reg_coef", "4");
        TrainingPlan plan = published.configureTrain(BASE, new RoundNumber(1), SITE);
        assertThat(plan.objective().headPull()).isEqualTo(4);
        assertThat(plan.objective().mixing()).contains(new Mixing.Separate(32, 0.25));
        assertThat(Strategies.of("fedimpression", Map.of("mixing", "joined", "syn_batch", "160"))
                        .configureTrain(BASE, new RoundNumber(1), SITE)
                        .objective()
                        .mixing())
                .contains(new Mixing.Joined(160));
    }

    @Test
    void impressions_are_due_after_the_warm_up_and_at_each_refresh() {
        Strategy strategy = Strategies.of("fedimpression", Map.of("pre_iter", "3", "refresh", "2"));
        List<Integer> due = IntStream.rangeClosed(1, 8)
                .filter(round -> strategy.synthesis(7, new RoundNumber(round)).isPresent())
                .boxed()
                .toList();
        assertThat(due).containsExactly(3, 5, 7);
        SynthesisPlan third = strategy.synthesis(7, new RoundNumber(3)).orElseThrow();
        assertThat(third.seed())
                .isNotEqualTo(
                        strategy.synthesis(7, new RoundNumber(5)).orElseThrow().seed());
    }
}
