package org.consilium.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.consilium.algorithm.Partitioner.Labels;
import org.consilium.algorithm.Partitioner.Partition;
import org.consilium.contract.Split;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionerTest {

    private static final int CLASSES = 8;

    private static final Map<Split, Labels> IMAGES =
            Map.of(Split.TRAIN, labels(4_000), Split.VAL, labels(800), Split.TEST, labels(803));

    @ParameterizedTest
    @ValueSource(strings = {"iid", "dirichlet:0.1", "dirichlet:0.5", "dirichlet:100", "one-class", "by-site"})
    void every_image_goes_to_exactly_one_site(String text) {
        Partition partition = Partitioner.parse(text).deal(IMAGES, 5, 7);

        for (Split split : Split.values()) {
            int[] all = IntStream.range(0, 5)
                    .flatMap(site -> Arrays.stream(partition.of(split, site)))
                    .sorted()
                    .toArray();
            assertThat(all)
                    .containsExactly(IntStream.range(0, IMAGES.get(split).labels().length)
                            .toArray());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"iid", "dirichlet:0.3"})
    void one_seed_deals_the_same_and_another_differently(String text) {
        Partitioner partitioner = Partitioner.parse(text);

        assertThat(partitioner.deal(IMAGES, 3, 7).of(Split.TRAIN, 1))
                .containsExactly(partitioner.deal(IMAGES, 3, 7).of(Split.TRAIN, 1))
                .isNotEqualTo(partitioner.deal(IMAGES, 3, 8).of(Split.TRAIN, 1));
    }

    @Test
    void the_deal_of_a_seed_never_changes_between_versions() {
        // Written down once: a changed generator would silently change every published partition.
        Partition partition = new Partitioner.Dirichlet(0.5).deal(IMAGES, 3, 7);

        assertThat(IntStream.range(0, 3)
                        .map(site -> partition.of(Split.TRAIN, site).length)
                        .toArray())
                .containsExactly(GOLDEN_SIZES);
        assertThat(Arrays.copyOf(partition.of(Split.TRAIN, 0), 5)).containsExactly(GOLDEN_FIRST);
    }

    @Test
    void a_small_alpha_is_more_skewed_than_a_large_one() {
        assertThat(skew(new Partitioner.Dirichlet(0.1))).isGreaterThan(2 * skew(new Partitioner.Dirichlet(100)));
        assertThat(skew(new Partitioner.Iid())).isLessThan(0.1);
    }

    @Test
    void one_class_gives_each_site_a_class_of_its_own_or_its_share_of_one() {
        for (int sites : new int[] {3, 8, 11, 20}) {
            Partition partition = new Partitioner.OneClass().deal(IMAGES, sites, 7);
            for (int site = 0; site < sites; site++) {
                int[] labels = Arrays.stream(partition.of(Split.TEST, site))
                        .map(i -> IMAGES.get(Split.TEST).labels()[i])
                        .distinct()
                        .sorted()
                        .toArray();
                int of = site;
                int[] wanted = sites < CLASSES
                        ? IntStream.range(0, CLASSES)
                                .filter(k -> k % sites == of)
                                .toArray()
                        : new int[] {site % CLASSES};
                assertThat(labels).containsExactly(wanted);
            }
        }
        Partition shared = new Partitioner.OneClass().deal(IMAGES, 16, 7);
        assertThat(shared.of(Split.TRAIN, 3))
                .hasSizeBetween(shared.of(Split.TRAIN, 11).length - 1, shared.of(Split.TRAIN, 11).length + 1);
    }

    @Test
    void validation_and_test_follow_the_mix_of_training() {
        Partition partition = new Partitioner.Dirichlet(0.3).deal(IMAGES, 4, 11);
        for (int site = 0; site < 4; site++) {
            double[] train = mix(partition, Split.TRAIN, site, 4_000);
            double[] test = mix(partition, Split.TEST, site, 803);
            for (int label = 0; label < CLASSES; label++) {
                assertThat(test[label]).isCloseTo(train[label], within(0.01));
            }
        }
    }

    @Test
    void each_site_gets_at_least_ten_training_images_or_a_reason() {
        Partition partition = new Partitioner.Dirichlet(0.05).deal(IMAGES, 6, 3);
        for (int site = 0; site < 6; site++) {
            assertThat(partition.of(Split.TRAIN, site)).hasSizeGreaterThanOrEqualTo(10);
        }
        assertThatThrownBy(() -> new Partitioner.Dirichlet(0.1).deal(Map.of(Split.TRAIN, labels(20)), 6, 3))
                .hasMessageContaining("use a larger ALPHA, fewer sites or another seed");
    }

    @Test
    void by_site_keeps_images_where_they_come_from_and_says_so_when_it_cannot() {
        int[] origins = {0, 1, 1, 0};
        Labels known = new Labels(new int[] {0, 1, 0, 1}, origins, 2);
        Partition partition = new Partitioner.BySite().deal(Map.of(Split.TRAIN, known), 2, 1);

        assertThat(partition.of(Split.TRAIN, 1)).containsExactly(1, 2);
        assertThat(partition.of(Split.TEST, 1)).isEmpty();
        assertThatThrownBy(() -> new Partitioner.BySite().deal(Map.of(Split.TRAIN, known), 1, 1))
                .hasMessageContaining("--sites 2");
        assertThatThrownBy(() -> new Partitioner.BySite().deal(Map.of(Split.TRAIN, known), 3, 1))
                .hasMessageContaining("site 3 of 3 would have no training image");
        Labels unknown = new Labels(new int[] {0, 1}, new int[0], 2);
        assertThatThrownBy(() -> new Partitioner.BySite().deal(Map.of(Split.TRAIN, unknown), 2, 1))
                .hasMessageContaining("do not say which site");
    }

    @Test
    void more_sites_than_images_is_refused() {
        assertThatThrownBy(() -> new Partitioner.Iid().deal(Map.of(Split.TRAIN, labels(2)), 3, 1))
                .hasMessageContaining("would have no training image");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "random",
                "dirichlet",
                "dirichlet:",
                "dirichlet:x",
                "dirichlet:0",
                "dirichlet:-1",
                "dirichlet:NaN",
                "dirichlet:Infinity",
                "IID"
            })
    void a_partition_that_does_not_exist_is_named(String text) {
        assertThatThrownBy(() -> Partitioner.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("partition ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"iid", "by-site", "dirichlet:0.1", "dirichlet:5"})
    void the_text_of_a_partition_reads_back(String text) {
        assertThat(Partitioner.parse(text).text()).isEqualTo(text);
    }

    private static final int[] GOLDEN_SIZES = {1_878, 511, 1_611};
    private static final int[] GOLDEN_FIRST = {0, 1, 2, 6, 8};

    /** Mean over sites of the largest deviation of a class's share from an even deal. */
    private static double skew(Partitioner partitioner) {
        Partition partition = partitioner.deal(IMAGES, 4, 5);
        return IntStream.range(0, 4)
                .mapToDouble(site -> Arrays.stream(mix(partition, Split.TRAIN, site, 4_000))
                        .map(share -> Math.abs(share * CLASSES - 0.25))
                        .max()
                        .orElseThrow())
                .average()
                .orElseThrow();
    }

    private static double[] mix(Partition partition, Split split, int site, int total) {
        double[] shares = new double[CLASSES];
        for (int index : partition.of(split, site)) {
            shares[IMAGES.get(split).labels()[index]] += 1.0 / total;
        }
        return shares;
    }

    private static Labels labels(int size) {
        int[] labels = IntStream.range(0, size).map(i -> i % CLASSES).toArray();
        int[] origins = IntStream.range(0, size).map(i -> i % 5).toArray();
        return new Labels(labels, origins, CLASSES);
    }
}
