package org.consilium.quickstart;

import java.io.PrintWriter;
import java.util.List;

/**
 * Where the program speaks: lines that stay, and one block of lines that is redrawn in place on a terminal. Thread-safe:
 * when the program is ended, another thread says so.
 */
final class Screen {

    private static final String UP = "\u001b[%dA";
    private static final String CLEAR_BELOW = "\u001b[J";

    private final PrintWriter out;
    private final boolean terminal;
    private int drawn;

    /**
     * @param out takes the text
     * @param terminal whether it understands ANSI escape sequences
     */
    Screen(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Returns whether a block can be redrawn in place. */
    boolean terminal() {
        return terminal;
    }

    /** Prints a line that stays, below what was drawn last. */
    synchronized void say(String line) {
        drawn = 0;
        out.println(line);
        out.flush();
    }

    /** Prints lines that stay. */
    synchronized void say(List<String> lines) {
        lines.forEach(this::say);
    }

    /** Draws a block over the one drawn last; only on a terminal. */
    synchronized void redraw(List<String> lines) {
        if (!terminal) {
            throw new IllegalStateException("only a terminal can be redrawn");
        }
        if (drawn > 0) {
            out.print(Text.of(UP, drawn));
        }
        out.print(CLEAR_BELOW);
        lines.forEach(out::println);
        out.flush();
        drawn = lines.size();
    }
}
