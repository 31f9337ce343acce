package org.consilium.model.images;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.consilium.model.ImageShape;
import org.consilium.model.LabelledImages;

/**
 * The data sets that this program draws itself, for trying things out where no images are at hand. Picture {@code i} of a
 * split depends on the data set, the split and {@code i} alone.
 */
final class PhantomDatasets {

    private static final Map<String, Integer> SIZES = Map.of("train", 4_000, "val", 600, "test", 600);
    private static final long SEED = 0x436f6e73696c6975L;

    private PhantomDatasets() {}

    static Optional<ImageDataset> open(String name) {
        return Stream.of(new PhantomCells(), new PhantomBrains())
                .filter(phantom -> phantom.name().equals(name))
                .<ImageDataset>map(Drawn::new)
                .findFirst();
    }

    private record Drawn(Phantom phantom) implements ImageDataset {

        @Override
        public String name() {
            return phantom.name();
        }

        @Override
        public List<String> classNames() {
            return phantom.classNames();
        }

        @Override
        public ImageShape shape() {
            return phantom.shape();
        }

        @Override
        public String source() {
            return "generated phantoms: drawn by Consilium itself, they show no patient and prove nothing about patients";
        }

        @Override
        public String licence() {
            return "Apache-2.0, as the program that draws them";
        }

        @Override
        public boolean generated() {
            return true;
        }

        @Override
        public LabelledImages load(String splitName) {
            Integer size = SIZES.get(splitName);
            if (size == null) {
                throw new ImageDataException(
                        "data set " + name() + " has no split '" + splitName + "'; use train, val or test");
            }
            LabelledImages.Builder builder =
                    LabelledImages.builder(phantom.shape(), phantom.classNames().size(), size);
            for (int i = 0; i < size; i++) {
                UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(
                        SEED + 1_000_003L * (name() + "/" + splitName).hashCode() + i);
                int label = random.nextInt(phantom.classNames().size());
                int origin = random.nextInt(phantom.origins());
                builder.add(phantom.draw(label, origin, random), label, origin);
            }
            return builder.build();
        }
    }
}
