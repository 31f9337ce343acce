package org.consilium.server.export;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.BreakIterator;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;

/**
 * The fonts of one report and the measures of text in them: Liberation for Latin, Greek and Cyrillic, and for everything else
 * a font that the operator names, since no free one for Japanese can be a dependency. What neither has, and what would change how a line reads without being seen (control characters, overrides of
 * the writing direction, marks that pile up), is shown as its code point, such as {@code [U+202E]}. So are scripts from right
 * to left, which nobody here sets in their order.
 */
final class ReportFonts implements Closeable {

    /** How text looks. */
    enum Face {
        SANS("/liberation/LiberationSans-Regular.ttf", false),
        BOLD("/liberation/LiberationSans-Bold.ttf", true),
        MONO("/liberation/LiberationMono-Regular.ttf", false),
        SERIF("/liberation/LiberationSerif-Regular.ttf", false),
        SERIF_BOLD("/liberation/LiberationSerif-Bold.ttf", true);

        private final String resource;
        private final boolean heavy;

        Face(String resource, boolean heavy) {
            this.resource = resource;
            this.heavy = heavy;
        }
    }

    /**
     * Text of one font.
     *
     * @param font the font
     * @param text the text
     * @param heavier whether its outline has to be drawn too, since the font has no bold letters
     */
    record Run(PDFont font, String text, boolean heavier) {}

    /** It would warn of a good font, in every report, that its variants of letters are not read. */
    private static final Logger UNHEARD = Logger.getLogger("org.apache.fontbox.ttf.CmapSubtable");

    static {
        UNHEARD.setLevel(Level.SEVERE);
    }

    private static final float UNITS = 1000;

    private static final class Loaded {
        private final TrueTypeFont file;
        private final CmapLookup glyphs;
        private final PDFont font;
        private final Map<Integer, Float> widths = new HashMap<>();

        Loaded(PDDocument document, TrueTypeFont file) throws IOException {
            this.file = file;
            // Ligatures would make a line narrower than the sum of its letters.
            file.setEnableGsub(false);
            glyphs = file.getUnicodeCmapLookup();
            font = PDType0Font.load(document, file, true);
        }

        static Loaded resource(PDDocument document, String resource) throws IOException {
            try (InputStream stream = ReportFonts.class.getResourceAsStream(resource)) {
                if (stream == null) {
                    throw new IOException("the font " + resource + " is missing from the application: build it anew");
                }
                return new Loaded(document, new TTFParser().parse(new RandomAccessReadBuffer(stream)));
            }
        }

        static Loaded file(PDDocument document, Path path) throws IOException {
            try (InputStream stream = Files.newInputStream(path)) {
                return new Loaded(document, new TTFParser().parse(new RandomAccessReadBuffer(stream)));
            } catch (IOException e) {
                throw new IOException(
                        "the font " + path + " cannot be used: " + e.getMessage()
                                + "; name a TrueType file in consilium.report.font, or none",
                        e);
            }
        }

        boolean has(int letter) {
            return glyphs.getGlyphId(letter) != 0;
        }

        float width(int letter) throws IOException {
            Float known = widths.get(letter);
            if (known == null) {
                known = font.getStringWidth(Character.toString(letter)) / UNITS;
                widths.put(letter, known);
            }
            return known;
        }
    }

    private final PDDocument document;
    private final Map<Face, Loaded> faces = new EnumMap<>(Face.class);
    private final Optional<Path> furtherFile;
    private Loaded further;

    /** @param further TrueType file for what Liberation has not */
    ReportFonts(PDDocument document, Optional<Path> further) {
        this.document = document;
        this.furtherFile = further;
    }

    /** Closes the files, which is to be done after the document was written. */
    @Override
    public void close() throws IOException {
        for (Loaded face : faces.values()) {
            face.file.close();
        }
        if (further != null) {
            further.file.close();
        }
    }

    /** Returns the text in parts, each of them in one font; what cannot be shown is replaced. */
    List<Run> runs(Face face, String text) throws IOException {
        List<Run> runs = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        Loaded current = null;
        for (int letter : printable(face, text).codePoints().toArray()) {
            Loaded font = font(face, letter);
            if (font != current && current != null) {
                runs.add(run(face, current, part));
                part.setLength(0);
            }
            current = font;
            part.appendCodePoint(letter);
        }
        if (current != null) {
            runs.add(run(face, current, part));
        }
        return runs;
    }

    /** Returns how wide a text is that was made {@link #printable}, in points. */
    float width(Face face, float size, String text) throws IOException {
        float width = 0;
        for (int letter : text.codePoints().toArray()) {
            width += font(face, letter).width(letter);
        }
        return width * size;
    }

    /** Returns the text in lines that are no wider; line feeds stay, a word that is too long is broken anywhere. */
    List<String> lines(ReportStyle.Type type, float width, String text) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String paragraph : text.split("\n", -1)) {
            wrap(type, width, printable(type.face(), paragraph), lines);
        }
        return lines;
    }

    /** Returns the text as it can be shown in a face. */
    String printable(Face face, String text) throws IOException {
        StringBuilder printable = new StringBuilder();
        for (int letter :
                Normalizer.normalize(text, Normalizer.Form.NFC).codePoints().toArray()) {
            if (letter == '\n' || Character.isSpaceChar(letter) || letter == '\t') {
                printable.append(' ');
            } else if (isPlain(letter) && font(face, letter).has(letter)) {
                printable.appendCodePoint(letter);
            } else {
                printable.append(String.format("[U+%04X]", letter));
            }
        }
        return printable.toString();
    }

    private void wrap(ReportStyle.Type type, float width, String text, List<String> lines) throws IOException {
        if (fits(type, width, text)) {
            lines.add(text);
            return;
        }
        BreakIterator breaks = BreakIterator.getLineInstance(Locale.ROOT);
        breaks.setText(text);
        StringBuilder line = new StringBuilder();
        int from = 0;
        for (int to = breaks.next(); to != BreakIterator.DONE; to = breaks.next()) {
            if (to < text.length() && !isBreak(text, to)) {
                continue;
            }
            String piece = text.substring(from, to);
            if (!fits(type, width, line + piece.stripTrailing()) && line.length() > 0) {
                lines.add(line.toString().stripTrailing());
                line.setLength(0);
            }
            for (int letter : piece.codePoints().toArray()) {
                if (letter != ' ' && line.length() > 0 && !fits(type, width, line + Character.toString(letter))) {
                    int end = forcedBreak(line);
                    lines.add(line.substring(0, end));
                    line.delete(0, end);
                }
                line.appendCodePoint(letter);
            }
            from = to;
        }
        lines.add(line.toString().stripTrailing());
    }

    /** Between words and between Japanese letters, but not after the hyphen of an id, which would be read as two. */
    private static boolean isBreak(String text, int at) {
        int before = text.codePointBefore(at);
        return before == ' '
                || Character.getType(before) == Character.OTHER_LETTER
                || Character.getType(text.codePointAt(at)) == Character.OTHER_LETTER;
    }

    /** Of a word that is too long, the hyphen in the later half of the line, or else the line's end. */
    private static int forcedBreak(CharSequence line) {
        for (int end = line.length(); end > line.length() / 2; end--) {
            char last = line.charAt(end - 1);
            if (last == ' ') {
                break;
            }
            if (last == '-') {
                return end;
            }
        }
        return line.length();
    }

    private boolean fits(ReportStyle.Type type, float width, String text) throws IOException {
        return width(type.face(), type.size(), text) <= width;
    }

    private Run run(Face face, Loaded font, StringBuilder text) {
        return new Run(font.font, text.toString(), face.heavy && font == further);
    }

    private Loaded font(Face face, int letter) throws IOException {
        Loaded own = faces.get(face);
        if (own == null) {
            own = Loaded.resource(document, face.resource);
            faces.put(face, own);
        }
        if (own.has(letter) || furtherFile.isEmpty()) {
            return own;
        }
        if (further == null) {
            further = Loaded.file(document, furtherFile.get());
        }
        return further;
    }

    private static boolean isPlain(int letter) {
        byte direction = Character.getDirectionality(letter);
        boolean backwards = direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
        return !backwards
                && switch (Character.getType(letter)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.PRIVATE_USE,
                            Character.UNASSIGNED,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.NON_SPACING_MARK,
                            Character.ENCLOSING_MARK -> false;
                    default -> true;
                };
    }
}
