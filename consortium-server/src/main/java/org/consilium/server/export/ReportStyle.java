package org.consilium.server.export;

/** The look of the report: the portal's light colours, and sizes in points on A4. */
final class ReportStyle {

    /** A colour, red, green and blue as in #rrggbb. */
    enum Colour {
        INK(0x13201e),
        INK_2(0x43514e),
        INK_3(0x596764),
        LINE(0xd8dfdc),
        LINE_STRONG(0x7b8986),
        SUNKEN(0xf6f8f7),
        ACCENT(0x0b5a7d),
        ACCENT_WASH(0xe2eef3),
        ACCENT_MID(0x9cc3d5),
        SITE(0xb3bfbc),
        OK(0x1b6541),
        WARN(0x7d4a00),
        BAD(0xa12a22),
        WALL(0x12302f);

        private static final int BYTE = 0xff;

        private final int rgb;

        Colour(int rgb) {
            this.rgb = rgb;
        }

        float red() {
            return (rgb >> 16 & BYTE) / (float) BYTE;
        }

        float green() {
            return (rgb >> 8 & BYTE) / (float) BYTE;
        }

        float blue() {
            return (rgb & BYTE) / (float) BYTE;
        }
    }

    /**
     * How text is set.
     *
     * @param face its face
     * @param size of the letters
     * @param leading from one line to the next
     * @param colour its colour
     */
    record Type(ReportFonts.Face face, float size, float leading, Colour colour) {

        Type in(Colour other) {
            return new Type(face, size, leading, other);
        }
    }

    static final Type TITLE = new Type(ReportFonts.Face.BOLD, 23, 29, Colour.INK);
    static final Type CHAPTER = new Type(ReportFonts.Face.BOLD, 15, 20, Colour.INK);
    static final Type SECTION = new Type(ReportFonts.Face.BOLD, 11, 15, Colour.INK);
    static final Type LEDE = new Type(ReportFonts.Face.SANS, 11, 16, Colour.INK_2);
    static final Type BODY = new Type(ReportFonts.Face.SANS, 9.5f, 14, Colour.INK);
    static final Type NOTE = new Type(ReportFonts.Face.SANS, 8.2f, 11.5f, Colour.INK_3);
    static final Type HEAD = new Type(ReportFonts.Face.BOLD, 8, 10.5f, Colour.INK_2);
    static final Type CELL = new Type(ReportFonts.Face.SANS, 8.4f, 11.5f, Colour.INK);
    static final Type CELL_BOLD = new Type(ReportFonts.Face.BOLD, 8.4f, 11.5f, Colour.INK);
    static final Type HASH = new Type(ReportFonts.Face.MONO, 7.2f, 11.5f, Colour.INK_2);
    static final Type CODE = new Type(ReportFonts.Face.MONO, 8.6f, 13, Colour.INK);
    static final Type SIGNED = new Type(ReportFonts.Face.SERIF, 10, 14.5f, Colour.INK);
    static final Type SIGNED_BOLD = new Type(ReportFonts.Face.SERIF_BOLD, 10, 14.5f, Colour.INK);

    private ReportStyle() {}
}
