package org.consilium.model;

/**
 * Size of one image of 8-bit samples.
 *
 * @param height rows, 1 to 4,096
 * @param width columns, 1 to 4,096
 * @param channels 1 for grey, 3 for red, green, blue
 */
public record ImageShape(int height, int width, int channels) {

    private static final int MOST = 4_096;

    /** Checks the ranges. */
    public ImageShape {
        if (height < 1 || height > MOST || width < 1 || width > MOST) {
            throw new IllegalArgumentException(
                    "an image of " + height + " by " + width + " pixels is not valid: use 1 to " + MOST + " each");
        }
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException(
                    "an image of " + channels + " channels is not valid: use 1 (grey) or 3 (red, green, blue)");
        }
    }

    /** Returns the number of samples of one image, which is its size in bytes. */
    public int samples() {
        return height * width * channels;
    }

    /** Returns height, width and channels as architecture ids write them, such as {@code 28x28x3}. */
    @Override
    public String toString() {
        return height + "x" + width + "x" + channels;
    }
}
