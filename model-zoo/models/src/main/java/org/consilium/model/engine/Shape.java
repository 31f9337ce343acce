package org.consilium.model.engine;

/**
 * Shape of one example within a network: maps, or a plain vector of features.
 *
 * @param channels channels of maps, or features
 * @param height height of maps, 0 for features
 * @param width width of maps, 0 for features
 */
public record Shape(int channels, int height, int width) {

    /** Checks the ranges. */
    public Shape {
        if (channels < 1 || height < 0 || width < 0 || (height == 0) != (width == 0)) {
            throw new IllegalArgumentException("shape " + channels + "x" + height + "x" + width + " is not valid");
        }
    }

    /** Returns the shape of a vector of features. */
    public static Shape features(int count) {
        return new Shape(count, 0, 0);
    }

    /** Returns whether these are maps. */
    public boolean isMaps() {
        return height > 0;
    }

    /** Returns the number of values. */
    public int values() {
        return isMaps() ? channels * height * width : channels;
    }

    /** Returns the sizes for that many examples: {@code [batch, channels, height, width]} or {@code [batch, features]}. */
    long[] dims(int batch) {
        return isMaps() ? new long[] {batch, channels, height, width} : new long[] {batch, channels};
    }

    @Override
    public String toString() {
        return isMaps() ? channels + "x" + height + "x" + width : Integer.toString(channels);
    }
}
