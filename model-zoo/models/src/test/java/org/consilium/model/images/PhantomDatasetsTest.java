package org.consilium.model.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.consilium.contract.ArchitectureId;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.contract.TrainingPlan;
import org.consilium.model.Architectures;
import org.consilium.model.LabelledImages;
import org.consilium.model.Networks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PhantomDatasetsTest {

    @ParameterizedTest
    @ValueSource(strings = {"phantom-cells", "phantom-brain"})
    void phantoms_are_drawn_alike_each_time_and_say_what_they_are(String name) {
        ImageDataset phantoms = ImageDatasets.open(name, Optional.empty());
        LabelledImages val = phantoms.load("val");
        LabelledImages again = ImageDatasets.open(name, Optional.empty()).load("val");
        LabelledImages test = phantoms.load("test");

        assertThat(phantoms.generated()).isTrue();
        assertThat(phantoms.source()).contains("phantoms");
        assertThat(val.shape()).isEqualTo(phantoms.shape());
        assertThat(again.labels()).isEqualTo(val.labels());
        assertThat(again.pixels(599)).isEqualTo(val.pixels(599));
        assertThat(test.pixels(0)).isNotEqualTo(val.pixels(0));
        assertThat(Arrays.stream(val.origins()).distinct().count()).isEqualTo(3);
        assertThat(Arrays.stream(val.countsByClass()).min().orElse(0)).isGreaterThan(40);
        assertThatThrownBy(() -> phantoms.load("held-out")).hasMessageContaining("train, val or test");
    }

    @Test
    void a_small_network_learns_to_tell_phantom_cells_apart() {
        ImageDataset phantoms = ImageDatasets.open("phantom-cells", Optional.empty());
        LabelledImages some =
                phantoms.load("train").subset(IntStream.range(0, 400).toArray());
        LabelledImages others =
                phantoms.load("val").subset(IntStream.range(0, 200).toArray());
        ArchitectureId id = Architectures.id("cnn", some.shape(), some.classes());
        Networks networks = Networks.create();
        Parameters start = networks.initial(id, 7);
        TrainingPlan plan = new TrainingPlan(new Effort.Epochs(2), 16, new Optimiser.Sgd(0.03, 0), 1);

        Parameters trained = networks.train(start, plan, some).parameters();

        // chance is one in eight
        assertThat(networks.score(trained, others).accuracy()).isGreaterThan(0.35);
    }
}
