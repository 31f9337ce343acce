package org.consilium.model;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/** Small pictures for tests: noise, and for each class one bright quarter. */
public final class Pictures {

    private Pictures() {}

    /** Returns pictures of 8 by 8 grey pixels in three classes. */
    public static LabelledImages grey(int size, long seed) {
        return of(new ImageShape(8, 8, 1), 3, size, seed);
    }

    /** Returns pictures of any shape. */
    public static LabelledImages of(ImageShape shape, int classes, int size, long seed) {
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
        LabelledImages.Builder builder = LabelledImages.builder(shape, classes, size);
        for (int i = 0; i < size; i++) {
            int label = random.nextInt(classes);
            byte[] pixels = new byte[shape.samples()];
            for (int at = 0; at < pixels.length; at++) {
                boolean bright = at * classes / pixels.length == label;
                pixels[at] = (byte) ((bright ? 140 : 60) + random.nextInt(80));
            }
            builder.add(pixels, label, i % 2);
        }
        return builder.build();
    }
}
