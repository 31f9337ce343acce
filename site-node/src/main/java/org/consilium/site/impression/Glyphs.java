package org.consilium.site.impression;

import java.awt.image.BufferedImage;

/** Digits and a few letters of three by five dots, drawn doubled: a hospital's server may have no fonts. */
final class Glyphs {

    /** Dots from one line of text to the next. */
    static final int LINE = 12;

    private static final int COLUMNS = 3;
    private static final int ROWS = 5;
    private static final int DOT = 2;
    private static final int ADVANCE = (COLUMNS + 1) * DOT;
    private static final String KNOWN = "0123456789.CPF ";

    /** Row by row from the top, the leftmost dot first. */
    private static final int[] DOTS = {
        0b111_101_101_101_111,
        0b010_110_010_010_111,
        0b111_001_111_100_111,
        0b111_001_111_001_111,
        0b101_101_111_001_001,
        0b111_100_111_001_111,
        0b111_100_111_101_111,
        0b111_001_010_010_010,
        0b111_101_111_101_111,
        0b111_101_111_001_111,
        0b000_000_000_000_010,
        0b111_100_100_100_111,
        0b111_101_111_100_100,
        0b111_100_111_100_100,
        0
    };

    private Glyphs() {}

    /** Returns the width of a text in dots of the picture. */
    static int width(int characters) {
        return characters * ADVANCE;
    }

    /** Writes a text of those characters that there are. */
    static void write(BufferedImage picture, String text, int x, int y, int colour) {
        for (int i = 0; i < text.length(); i++) {
            int dots = DOTS[KNOWN.indexOf(text.charAt(i))];
            for (int dot = 0; dot < COLUMNS * ROWS; dot++) {
                if ((dots >> COLUMNS * ROWS - 1 - dot & 1) == 1) {
                    int left = x + i * ADVANCE + dot % COLUMNS * DOT;
                    int top = y + dot / COLUMNS * DOT;
                    for (int part = 0; part < DOT * DOT; part++) {
                        picture.setRGB(left + part % DOT, top + part / DOT, colour);
                    }
                }
            }
        }
    }
}
