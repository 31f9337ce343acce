package org.consilium.model.images;

/** Image data that cannot be used: the message names the file or data set, what is wrong, and the next action. */
public final class ImageDataException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message the thing, what is wrong with it, and the next action
     */
    public ImageDataException(String message) {
        super(message);
    }

    /**
     * @param message the thing, what is wrong with it, and the next action
     * @param cause what the platform said
     */
    public ImageDataException(String message, Throwable cause) {
        super(message, cause);
    }
}
