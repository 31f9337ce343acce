package org.consilium.quickstart;

/** An option that cannot be followed: names the option, its value and what is allowed. Ends the program with code 2. */
final class BadOption extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param option the option as typed, such as {@code --batch 0}
     * @param problem what is wrong with it, the allowed range and what to do
     */
    BadOption(String option, String problem) {
        super(option + ": " + problem);
    }

    /**
     * @param option the option as typed
     * @param cause whose message says what is wrong and what is allowed
     */
    BadOption(String option, RuntimeException cause) {
        super(option + ": " + cause.getMessage(), cause);
    }
}
