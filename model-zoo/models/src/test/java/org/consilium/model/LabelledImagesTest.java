package org.consilium.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class LabelledImagesTest {

    private static final ImageShape SHAPE = new ImageShape(1, 2, 3);

    @Test
    void images_keep_their_own_copy_of_what_they_are_made_of() {
        byte[] pixels = {1, 2, 3, 4, 5, 6};
        int[] labels = {1};
        LabelledImages images = LabelledImages.of(SHAPE, 2, pixels, labels, new int[0]);
        pixels[0] = 9;
        labels[0] = 0;
        images.pixels(0)[1] = 9;
        images.labels()[0] = 0;

        assertThat(images.pixels(0)).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(images.label(0)).isEqualTo(1);
        assertThat(images.origins()).isEmpty();
    }

    @Test
    void a_subset_of_a_subset_finds_the_right_images() {
        LabelledImages images = Pictures.grey(10, 1);
        LabelledImages subset = images.subset(new int[] {1, 4, 7, 9}).subset(new int[] {0, 2});

        assertThat(subset.size()).isEqualTo(2);
        assertThat(subset.pixels(1)).isEqualTo(images.pixels(7));
        assertThat(subset.labels()).containsExactly(images.label(1), images.label(7));
        assertThat(subset.origins()).containsExactly(images.origins()[1], images.origins()[7]);
    }

    @Test
    void without_rare_labels_the_images_of_the_others_stay_in_their_order() {
        LabelledImages images = LabelledImages.of(
                SHAPE, 4, new byte[6 * 6], new int[] {2, 0, 0, 1, 0, 1}, new int[] {0, 1, 2, 3, 4, 5});
        assertThat(images.withoutRareLabels(2).labels()).containsExactly(0, 0, 1, 0, 1);
        assertThat(images.withoutRareLabels(2).origins()).containsExactly(1, 2, 3, 4, 5);
        assertThat(images.withoutRareLabels(3).labels()).containsExactly(0, 0, 0);
        assertThat(images.withoutRareLabels(4).size()).isZero();
        assertThat(images.withoutRareLabels(1)).isSameAs(images);
    }

    @Test
    void indices_of_a_subset_must_ascend_and_exist() {
        LabelledImages images = Pictures.grey(3, 1);
        assertThatThrownBy(() -> images.subset(new int[] {1, 1})).hasMessageContaining("ascend");
        assertThatThrownBy(() -> images.subset(new int[] {3})).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void a_label_out_of_range_is_named() {
        assertThatThrownBy(() -> LabelledImages.of(SHAPE, 2, new byte[6], new int[] {2}, new int[0]))
                .hasMessage("image 0 has label 2; labels go from 0 to 1");
    }

    @Test
    void arrays_that_do_not_go_together_are_refused() {
        assertThatThrownBy(() -> LabelledImages.of(SHAPE, 2, new byte[7], new int[1], new int[0]))
                .hasMessageContaining("6 bytes, not 7");
        assertThatThrownBy(() -> LabelledImages.of(SHAPE, 2, new byte[6], new int[1], new int[2]))
                .hasMessageContaining("2 origins");
        assertThatThrownBy(() -> LabelledImages.of(SHAPE, 1, new byte[6], new int[1], new int[0]))
                .hasMessageContaining("2 to 1000 classes");
    }

    @Test
    void a_builder_gives_no_images_before_all_are_there() {
        LabelledImages.Builder builder = LabelledImages.builder(SHAPE, 2, 2).add(new byte[6], 1);
        assertThatThrownBy(builder::build).hasMessageContaining("2 images were announced, 1 were added");
        builder.add(new byte[6], 0);
        assertThatThrownBy(() -> builder.add(new byte[6], 0)).hasMessageContaining("only 2");
        assertThat(builder.build().countsByClass()).containsExactly(1, 1);
    }

    @Test
    void samples_are_normalised_with_channels_outermost() {
        LabelledImages images =
                LabelledImages.of(SHAPE, 2, new byte[] {0, (byte) 255, 51, 0, 0, 102}, new int[] {0}, new int[0]);
        float[] network = new float[7];
        images.normalise(0, FloatBuffer.wrap(network), 1);
        assertThat(network).containsExactly(0, -2, -2, 2, -2, -1.2f, -0.4f);
    }
}
