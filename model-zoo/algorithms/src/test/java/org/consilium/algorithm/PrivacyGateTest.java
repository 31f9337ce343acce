package org.consilium.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.GatePlan;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.ImpressionVerdict.Membership;
import org.consilium.contract.Impressions;
import org.consilium.contract.ModelOrigin;
import org.consilium.contract.RoundNumber;
import org.consilium.contract.Sha256;
import org.junit.jupiter.api.Test;

class PrivacyGateTest {

    private static final int SAMPLES = 16;
    private static final GatePlan PLAN = new GatePlan(0.01, 0.25, 0.6, 3);

    private final Random random = new Random(4);
    private final List<float[]> training = images(200);
    private final List<float[]> heldOut = images(60);

    @Test
    void images_that_have_nothing_to_do_with_training_pass() {
        ImpressionVerdict verdict = judge(images(10), training, heldOut);
        assertThat(verdict.vetoes()).isZero();
        assertThat(verdict.training()).isEqualTo(200);
        assertThat(verdict.heldOut()).isEqualTo(60);
        assertThat(verdict.images()).allMatch(image -> image.pixels() > 0.5 && image.pixels() < 2);
        assertThat(verdict.pixels().auc()).isBetween(0.35, 0.65);
    }

    @Test
    void a_training_image_and_one_that_is_nearly_one_are_vetoed() {
        List<float[]> impressions = images(10);
        impressions.set(2, training.get(77).clone());
        float[] nearly = training.get(5).clone();
        for (int i = 0; i < nearly.length; i++) {
            nearly[i] += (float) (0.05 * random.nextGaussian());
        }
        impressions.set(7, nearly);
        ImpressionVerdict verdict = judge(impressions, training, heldOut);
        assertThat(vetoed(verdict)).containsExactly(2, 7);
        assertThat(verdict.images().get(2).pixels()).isZero();
    }

    @Test
    void one_that_is_alike_in_features_alone_is_vetoed_as_well() {
        List<float[]> impressions = images(10);
        float[] image = impressions.get(4);
        // features are the first half of the pixels
        System.arraycopy(training.get(9), 0, image, 0, SAMPLES / 2);
        assertThat(vetoed(judge(impressions, training, heldOut))).containsExactly(4);
    }

    @Test
    void impressions_that_tell_who_was_trained_on_are_vetoed_as_a_whole() {
        // Each lies near, though not very near, a training image: no single one is conspicuous.
        List<float[]> impressions = new ArrayList<>();
        for (float[] one : training) {
            float[] moved = one.clone();
            for (int i = 0; i < moved.length; i++) {
                moved[i] += (float) (0.35 * random.nextGaussian());
            }
            impressions.add(moved);
        }
        ImpressionVerdict verdict = judge(impressions, training, heldOut);
        assertThat(verdict.pixels().auc()).isGreaterThan(0.9);
        assertThat(verdict.vetoes()).isEqualTo(200);
        ImpressionVerdict lax = new PrivacyGate(new GatePlan(0, 0, 1, 3))
                .judge(set(impressions), source(impressions), source(training), source(heldOut));
        assertThat(lax.vetoes()).isZero();
    }

    @Test
    void the_area_under_the_curve_is_that_of_all_pairs() {
        List<float[]> impressions = images(5);
        Membership measured = judge(impressions, training, heldOut).pixels();
        double wins = 0;
        for (float[] member : training) {
            for (float[] other : heldOut) {
                double near = nearest(member, impressions);
                double far = nearest(other, impressions);
                wins += near < far ? 1 : near == far ? 0.5 : 0;
            }
        }
        assertThat(measured.auc()).isCloseTo(wins / 200 / 60, within(1e-6));
        assertThat(measured.standardError()).isBetween(0.02, 0.06);
    }

    @Test
    void a_second_set_is_judged_as_by_a_gate_of_its_own() {
        PrivacyGate gate = new PrivacyGate(PLAN);
        List<float[]> first = images(10);
        List<float[]> second = images(12);
        second.set(11, training.get(0));
        gate.judge(set(first), source(first), source(training), source(heldOut));
        assertThat(gate.judge(set(second), source(second), source(training), source(heldOut)))
                .isEqualTo(judge(second, training, heldOut));
    }

    @Test
    void with_few_held_out_images_training_images_are_compared_with_each_other() {
        List<float[]> impressions = images(10);
        impressions.set(1, training.get(3).clone());
        ImpressionVerdict verdict = judge(impressions, training, heldOut.subList(0, 19));
        assertThat(vetoed(verdict)).containsExactly(1);
        assertThat(verdict.pixels()).isEqualTo(Membership.UNKNOWN);
        assertThat(verdict.images().get(0).pixels()).isBetween(0.5, 2.0);
    }

    @Test
    void a_site_with_one_image_still_sees_that_image() {
        List<float[]> impressions = images(4);
        List<float[]> one = training.subList(0, 1);
        impressions.set(3, one.get(0).clone());
        assertThat(vetoed(judge(impressions, one, List.of()))).contains(3);
    }

    @Test
    void what_any_site_vetoes_is_dropped() {
        ImpressionVerdict first = verdict(false, true, false, false, false);
        ImpressionVerdict second = verdict(false, false, false, false, true);
        GateDecision decision = GateDecision.of(PLAN, 5, List.of(first, second));
        assertThat(decision.released()).containsExactly(0, 2, 3);
        assertThat(decision.vetoed()).isEqualTo(2);
        assertThat(decision.reason()).isEqualTo("released: 3 of 5 images, 2 vetoed");
    }

    @Test
    void a_set_of_too_few_images_is_withheld_and_so_is_one_that_nobody_has_judged() {
        GateDecision decision = GateDecision.of(PLAN, 5, List.of(verdict(true, true, true, false, false)));
        assertThat(decision.isReleased()).isFalse();
        assertThat(decision.reason())
                .isEqualTo("withheld: 3 of 5 images were vetoed, and 2 are fewer than the least number 3");
        assertThat(GateDecision.of(PLAN, 5, List.of()).reason()).isEqualTo("withheld: no site has judged the set");
        assertThat(GateDecision.of(
                                PLAN,
                                5,
                                List.of(verdict(false, false, false, false, false)
                                        .refused()))
                        .isReleased())
                .isFalse();
    }

    private static ImpressionVerdict verdict(boolean... vetoes) {
        List<ImpressionVerdict.Image> images = new ArrayList<>();
        for (boolean vetoed : vetoes) {
            images.add(new ImpressionVerdict.Image(1, 1, vetoed));
        }
        return new ImpressionVerdict(Sha256.of(new byte[0]), 1, 1, images, Membership.UNKNOWN, Membership.UNKNOWN);
    }

    private static List<Integer> vetoed(ImpressionVerdict verdict) {
        List<Integer> vetoed = new ArrayList<>();
        for (int i = 0; i < verdict.images().size(); i++) {
            if (verdict.images().get(i).vetoed()) {
                vetoed.add(i);
            }
        }
        return vetoed;
    }

    private ImpressionVerdict judge(List<float[]> impressions, List<float[]> training, List<float[]> heldOut) {
        return new PrivacyGate(PLAN).judge(set(impressions), source(impressions), source(training), source(heldOut));
    }

    private static Impressions set(List<float[]> images) {
        float[] targets = new float[images.size() * 2];
        FloatBuffer pixels = FloatBuffer.allocate(images.size() * SAMPLES);
        for (int i = 0; i < images.size(); i++) {
            targets[2 * i] = 1;
            pixels.put(i * SAMPLES, images.get(i));
        }
        ModelOrigin origin = new ModelOrigin(
                Sha256.of(new byte[0]), new RoundNumber(1), Sha256.of(new byte[0]), new ArchitectureId("cnn.4x4x1.2"));
        return Impressions.of(origin, 2, targets, pixels);
    }

    /** Features are the first half of the pixels. */
    private static PrivacyGate.Source source(List<float[]> images) {
        return new PrivacyGate.Source(
                images.size(),
                visitor -> images.forEach(image -> visitor.image(image, Arrays.copyOf(image, SAMPLES / 2))));
    }

    private static double nearest(float[] image, List<float[]> others) {
        return others.stream()
                .mapToDouble(other -> {
                    double sum = 0;
                    for (int i = 0; i < image.length; i++) {
                        sum += Math.pow((double) image[i] - other[i], 2);
                    }
                    return Math.sqrt(sum);
                })
                .min()
                .orElseThrow();
    }

    private List<float[]> images(int count) {
        List<float[]> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] image = new float[SAMPLES];
            for (int j = 0; j < SAMPLES; j++) {
                image[j] = (float) random.nextGaussian();
            }
            images.add(image);
        }
        return images;
    }
}
