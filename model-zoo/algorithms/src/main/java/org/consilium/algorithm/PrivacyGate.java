package org.consilium.algorithm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.consilium.contract.GatePlan;
import org.consilium.contract.ImpressionVerdict;
import org.consilium.contract.ImpressionVerdict.Membership;
import org.consilium.contract.Impressions;

/**
 * Judges impressions at a site, on the site's own images, before anybody trains on them: whether one of them is nearer to a
 * training image than images are to each other that have nothing to do with training, and whether nearness to impressions
 * tells which images were trained on (membership inference; Chen et al., "GAN-Leaks", CCS 2020, and Hilprecht et al., "Monte
 * Carlo and Reconstruction Membership Inference Attacks against Generative Models", PoPETs 2019).
 *
 * <p>Safe for use by several threads. In memory are the impressions and at most {@value #MOST_REFERENCES} other images; training images pass by one at a time.
 */
public final class PrivacyGate {

    /** Held-out images that are looked at; more would take time and change the quantiles little. */
    static final int MOST_REFERENCES = 500;

    /** With fewer held-out images than this, training images stand in for them, each compared with all others. */
    static final int LEAST_HELD_OUT = 20;

    private static final double LEAST_DISTANCE = 1e-12;

    /** Values after which a distance may turn out to be too long already. */
    private static final int STRETCH = 128;

    /**
     * Images one after the other, as pixels and as features.
     *
     * @param size how many: to be known beforehand, since a pass over them costs one of the network
     * @param images shows all of them, in an order that is always the same
     */
    public record Source(int size, Consumer<Visitor> images) {

        private void each(Visitor visitor) {
            images.accept(visitor);
        }
    }

    /** Looks at an image. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * @param pixels {@code [channels, height, width]}, to be copied if kept
         * @param features {@code [d]}, to be copied if kept
         */
        void image(float[] pixels, float[] features);
    }

    private final GatePlan plan;
    private Scale pixelScale;

    /**
     * A gate for any number of sets at one site, whose images stay the same.
     *
     * @param plan the thresholds
     */
    public PrivacyGate(GatePlan plan) {
        this.plan = plan;
    }

    /**
     * Judges a set.
     *
     * @param set the impressions
     * @param impressions the same with the features that the model gives them
     * @param training the site's training images
     * @param heldOut images of the site that no training has seen
     */
    public synchronized ImpressionVerdict judge(Impressions set, Source impressions, Source training, Source heldOut) {
        Vectors candidates = Vectors.of(impressions, Integer.MAX_VALUE);
        Vectors references = Vectors.of(heldOut, MOST_REFERENCES);
        boolean enough = references.count() >= LEAST_HELD_OUT;
        if (!enough) {
            references = Vectors.of(training, MOST_REFERENCES);
        }
        int[] own = enough ? null : references.numbers;
        // Pixels of the site's own images, unlike their features, are the same for each model: compared once.
        Compared pixels = new Compared(candidates.pixels, references.pixels, own, pixelScale == null);
        Compared features = new Compared(candidates.features, references.features, own, true);
        int[] seen = {0};
        training.each((p, f) -> {
            pixels.training(seen[0], p);
            features.training(seen[0], f);
            seen[0]++;
        });
        if (pixelScale == null) {
            pixelScale = pixels.scale();
        }
        Membership byPixels = enough ? pixels.membership() : Membership.UNKNOWN;
        Membership byFeatures = enough ? features.membership() : Membership.UNKNOWN;
        boolean allVetoed = byPixels.lowest() > plan.membershipAuc() || byFeatures.lowest() > plan.membershipAuc();
        List<ImpressionVerdict.Image> images = new ArrayList<>();
        Scale featureScale = features.scale();
        for (int i = 0; i < set.size(); i++) {
            double p = Math.sqrt(pixels.nearest[i]);
            double f = Math.sqrt(features.nearest[i]);
            boolean vetoed = allVetoed || pixelScale.tooNear(p, plan) || featureScale.duplicate(f, plan);
            images.add(new ImpressionVerdict.Image(p / pixelScale.median(), f / featureScale.median(), vetoed));
        }
        return new ImpressionVerdict(set.digest(), seen[0], references.count(), images, byPixels, byFeatures);
    }

    /** How far images are from training images that have nothing to do with them. */
    private record Scale(double[] sorted, double median) {

        /** Nearer than nearly all others are; by pixels only, since impressions are made to have typical features. */
        boolean tooNear(double distance, GatePlan plan) {
            int rank = (int) Math.floor(plan.nearest() * sorted.length);
            double bound = sorted.length == 0 || plan.nearest() == 0 ? -1 : sorted[Math.min(rank, sorted.length - 1)];
            return distance < bound || duplicate(distance, plan);
        }

        boolean duplicate(double distance, GatePlan plan) {
            return distance < plan.duplicate() * median;
        }
    }

    /** Some images of a source, evenly spaced. */
    private static final class Vectors {

        private final List<float[]> pixels = new ArrayList<>();
        private final List<float[]> features = new ArrayList<>();
        private int[] numbers = {};

        static Vectors of(Source source, int most) {
            Vectors vectors = new Vectors();
            int stride = Math.max(1, (int) (((long) source.size() + most - 1) / most));
            int[] at = {0};
            source.each((p, f) -> {
                if (at[0]++ % stride == 0) {
                    vectors.pixels.add(p.clone());
                    vectors.features.add(f.clone());
                }
            });
            vectors.numbers = IntStream.range(0, vectors.pixels.size())
                    .map(i -> i * stride)
                    .toArray();
            return vectors;
        }

        int count() {
            return pixels.size();
        }
    }

    /** Squared distances in one space. */
    private static final class Compared {

        private final List<float[]> candidates;
        private final List<float[]> references;
        private final int[] own;
        private final boolean compareReferences;
        private final double[] nearest;
        private final double[] ofReferences;
        private final List<Double> ofTraining = new ArrayList<>();

        /** @param own number of each reference within the training images, null if they are none of these */
        Compared(List<float[]> candidates, List<float[]> references, int[] own, boolean compareReferences) {
            this.candidates = candidates;
            this.references = references;
            this.own = own;
            this.compareReferences = compareReferences;
            this.nearest = infinite(candidates.size());
            this.ofReferences = infinite(references.size());
        }

        private static double[] infinite(int length) {
            double[] values = new double[length];
            Arrays.fill(values, Double.MAX_VALUE);
            return values;
        }

        void training(int number, float[] image) {
            double least = Double.MAX_VALUE;
            for (int i = 0; i < nearest.length; i++) {
                double square = square(candidates.get(i), image, Math.max(nearest[i], least));
                nearest[i] = Math.min(nearest[i], square);
                least = Math.min(least, square);
            }
            ofTraining.add(least);
            for (int i = 0; compareReferences && i < ofReferences.length; i++) {
                if (own == null || own[i] != number) {
                    ofReferences[i] = Math.min(ofReferences[i], square(references.get(i), image, ofReferences[i]));
                }
            }
        }

        Scale scale() {
            double[] sorted = Arrays.stream(ofReferences)
                    .filter(square -> square < Double.MAX_VALUE)
                    .map(Math::sqrt)
                    .sorted()
                    .toArray();
            double median = sorted.length == 0 ? 1 : sorted[sorted.length / 2];
            return new Scale(sorted, Math.max(LEAST_DISTANCE, median));
        }

        /** The area under the curve as the Mann-Whitney statistic: how often a training image is the nearer one. */
        Membership membership() {
            double[] members = ofTraining.stream()
                    .mapToDouble(Double::doubleValue)
                    .sorted()
                    .toArray();
            double[] others =
                    references.stream().mapToDouble(this::toCandidates).toArray();
            if (members.length < LEAST_HELD_OUT) {
                return Membership.UNKNOWN;
            }
            double wins = 0;
            for (double other : others) {
                int below = below(members, other, false);
                int notAbove = below(members, other, true);
                wins += below + (notAbove - below) / 2.0;
            }
            double n = members.length;
            double m = others.length;
            double auc = wins / n / m;
            double q1 = auc / (2 - auc);
            double q2 = 2 * auc * auc / (1 + auc);
            double variance = (auc * (1 - auc) + (n - 1) * (q1 - auc * auc) + (m - 1) * (q2 - auc * auc)) / (n * m);
            return new Membership(auc, Math.sqrt(Math.max(0, variance)));
        }

        /** Returns how many values are below the bound, or at it too. */
        private static int below(double[] sorted, double bound, boolean orAtIt) {
            int from = 0;
            int to = sorted.length;
            while (from < to) {
                int middle = (from + to) >>> 1;
                if (sorted[middle] < bound || (orAtIt && sorted[middle] == bound)) {
                    from = middle + 1;
                } else {
                    to = middle;
                }
            }
            return from;
        }

        private double toCandidates(float[] image) {
            double least = Double.MAX_VALUE;
            for (float[] candidate : candidates) {
                least = Math.min(least, square(candidate, image, least));
            }
            return least;
        }

        /** Returns the squared distance, or anything above the bound where it is above that. */
        private static double square(float[] one, float[] other, double bound) {
            double sum = 0;
            int from = 0;
            while (from < one.length && sum <= bound) {
                int to = Math.min(one.length, from + STRETCH);
                sum += square(one, other, from, to);
                from = to;
            }
            return sum;
        }

        /** Four sums at a time, because each waits for itself. */
        private static double square(float[] one, float[] other, int from, int to) {
            float s0 = 0;
            float s1 = 0;
            float s2 = 0;
            float s3 = 0;
            int whole = from + (to - from) / 4 * 4;
            for (int i = from; i < whole; i += 4) {
                float d0 = one[i] - other[i];
                float d1 = one[i + 1] - other[i + 1];
                float d2 = one[i + 2] - other[i + 2];
                float d3 = one[i + 3] - other[i + 3];
                s0 += d0 * d0;
                s1 += d1 * d1;
                s2 += d2 * d2;
                s3 += d3 * d3;
            }
            for (int i = whole; i < to; i++) {
                float d = one[i] - other[i];
                s0 += d * d;
            }
            return (double) s0 + s1 + s2 + s3;
        }
    }
}
