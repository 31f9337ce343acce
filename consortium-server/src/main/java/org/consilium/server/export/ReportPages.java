package org.consilium.server.export;

import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.documentinterchange.logicalstructure.PDStructureElement;
import org.apache.pdfbox.pdmodel.graphics.state.RenderingMode;
import org.apache.pdfbox.pdmodel.interactive.action.PDActionGoTo;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationLink;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDBorderStyleDictionary;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.destination.PDPageXYZDestination;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDDocumentOutline;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineItem;

/**
 * The report's pages while they are filled from top to bottom. Headings become bookmarks and lines of the table of
 * contents, which is written last, when their pages are known, as are the footers.
 */
final class ReportPages {

    /** Left edge of the text. */
    static final float LEFT = 56;

    /** Width of the text. */
    static final float WIDTH = PDRectangle.A4.getWidth() - 2 * LEFT;

    private static final float TOP = PDRectangle.A4.getHeight() - 58;
    private static final float BOTTOM = 66;
    private static final float FOOT = 44;
    /** A heading is not left alone at the foot of a page. */
    private static final float WITH_HEADING = 84;

    private static final float CONTENTS_LINE = 19;
    private static final float CONTENTS_HEAD = 44;
    private static final int FEWEST_CONTENTS = 6;
    private static final float INDENT = 16;
    private static final float CAPITAL = 0.36f;
    private static final float OUTLINE = 0.022f;

    /** A heading and where it stands. */
    private record Heading(int level, String title, PDPage page, float top) {}

    private final PDDocument document;
    private final ReportFonts fonts;
    private final ReportTags tags;
    private final List<Heading> headings = new ArrayList<>();
    private PDPage page;
    private PDPageContentStream ink;
    private PDStructureElement element;
    private float y;
    private PDPage contentsPage;
    private float contentsTop;
    private PDStructureElement contentsElement;

    ReportPages(PDDocument document, ReportFonts fonts) throws IOException {
        this.document = document;
        this.fonts = fonts;
        this.tags = new ReportTags(document);
        this.element = tags.document();
        newPage();
    }

    /** What is written within an element of the structure. */
    @FunctionalInterface
    interface Writing {
        void write() throws IOException;
    }

    /** Writes as part of a new element, such as {@code P} or {@code TD}. */
    PDStructureElement within(String type, Writing writing) throws IOException {
        PDStructureElement outer = element;
        PDStructureElement inner = tags.add(outer, type);
        element = inner;
        writing.write();
        element = outer;
        return inner;
    }

    /** Writes as no part of the structure: decoration, and what is said elsewhere. */
    void asArtifact(Writing writing) throws IOException {
        PDStructureElement outer = element;
        element = null;
        writing.write();
        element = outer;
    }

    /** Returns where the free part of the page begins, from its lower edge. */
    float top() {
        return y;
    }

    /** Returns the height that is free. */
    float room() {
        return y - BOTTOM;
    }

    /** Returns the height that is free on an empty page. */
    static float wholeRoom() {
        return TOP - BOTTOM;
    }

    /** Goes to a new page where less than that height is free. */
    void need(float height) throws IOException {
        if (room() < height) {
            newPage();
        }
    }

    /** Leaves space free, but not at the head of a page. */
    void gap(float height) {
        if (y < TOP) {
            y -= height;
        }
    }

    /** Takes a height that something was drawn into. */
    void take(float height) {
        y -= height;
    }

    /** Goes to a new page. */
    void newPage() throws IOException {
        if (ink != null) {
            ink.close();
        }
        page = new PDPage(PDRectangle.A4);
        document.addPage(page);
        ink = new PDPageContentStream(document, page);
        y = TOP;
    }

    /** Goes to a new page, unless nothing is written on this one. */
    void freshPage() throws IOException {
        if (y < TOP) {
            newPage();
        }
    }

    /** Keeps the rest of this page for the table of contents, or a new one where little is left. */
    void contents() throws IOException {
        need(CONTENTS_HEAD + FEWEST_CONTENTS * CONTENTS_LINE);
        contentsPage = page;
        contentsTop = y;
        within("TOC", () -> contentsElement = element);
        newPage();
    }

    /** Writes a heading of level 1 or 2 and lists it. */
    void heading(int level, String title) throws IOException {
        gap(level == 1 ? 30 : 18);
        need(WITH_HEADING);
        ReportStyle.Type type = level == 1 ? ReportStyle.CHAPTER : ReportStyle.SECTION;
        headings.add(new Heading(level, title, page, y));
        within("H" + level, () -> block(type, LEFT, WIDTH, title));
        if (level == 1) {
            rule(LEFT, LEFT + WIDTH, y - 3, ReportStyle.Colour.ACCENT, 1);
            take(12);
        } else {
            take(4);
        }
    }

    /** Writes a paragraph over the whole width. */
    void paragraph(ReportStyle.Type type, String text) throws IOException {
        paragraph(type, LEFT, WIDTH, text);
    }

    /** Writes a paragraph. */
    void paragraph(ReportStyle.Type type, float x, float width, String text) throws IOException {
        within("P", () -> block(type, x, width, text));
        gap(type.leading() / 2);
    }

    /** Writes lines and goes on to new pages as needed. */
    void block(ReportStyle.Type type, float x, float width, String text) throws IOException {
        for (String line : fonts.lines(type, width, text)) {
            need(type.leading());
            line(type, x, y, line);
            take(type.leading());
        }
    }

    /** Writes one line whose upper edge is given. */
    void line(ReportStyle.Type type, float x, float top, String text) throws IOException {
        text(type, x, top - type.leading() / 2 - type.size() * CAPITAL, text);
    }

    /** Writes one line that ends at a place. */
    void lineTo(ReportStyle.Type type, float end, float top, String text) throws IOException {
        line(type, end - width(type, text), top, text);
    }

    /** Returns how wide a text is. */
    float width(ReportStyle.Type type, String text) throws IOException {
        return fonts.width(type.face(), type.size(), fonts.printable(type.face(), text));
    }

    /** Returns a text in lines. */
    List<String> lines(ReportStyle.Type type, float width, String text) throws IOException {
        return fonts.lines(type, width, text);
    }

    /** Draws a horizontal line. */
    void rule(float from, float to, float at, ReportStyle.Colour colour, float thickness) throws IOException {
        path(colour, thickness, new float[] {from, to}, new float[] {at, at});
    }

    /** Fills a rectangle whose lower left corner is given. */
    void box(float x, float bottom, float width, float height, ReportStyle.Colour colour) throws IOException {
        ink.beginMarkedContent(COSName.ARTIFACT);
        ink.setNonStrokingColor(colour.red(), colour.green(), colour.blue());
        ink.addRect(x, bottom, width, height);
        ink.fill();
        ink.endMarkedContent();
    }

    /** Draws a line through points. */
    void path(ReportStyle.Colour colour, float thickness, float[] xs, float[] ys, float... dashes) throws IOException {
        ink.beginMarkedContent(COSName.ARTIFACT);
        ink.setStrokingColor(colour.red(), colour.green(), colour.blue());
        ink.setLineWidth(thickness);
        ink.setLineJoinStyle(1);
        ink.setLineDashPattern(dashes, 0);
        ink.moveTo(xs[0], ys[0]);
        for (int i = 1; i < xs.length; i++) {
            ink.lineTo(xs[i], ys[i]);
        }
        ink.stroke();
        ink.endMarkedContent();
    }

    /** Writes the table of contents, the footers and the bookmarks; nothing can be written after it. */
    void finish(String footer) throws IOException {
        ink.close();
        List<PDPage> contents = addContentsPages();
        Map<COSBase, Integer> numbers = new IdentityHashMap<>();
        for (PDPage each : document.getPages()) {
            numbers.put(each.getCOSObject(), numbers.size() + 1);
        }
        writeContents(contents, numbers);
        for (PDPage each : document.getPages()) {
            foot(each, footer, "Page " + numbers.get(each.getCOSObject()) + " of " + numbers.size());
        }
        bookmarks();
    }

    private void text(ReportStyle.Type type, float x, float baseline, String text) throws IOException {
        if (text.isBlank()) {
            return;
        }
        if (element == null) {
            ink.beginMarkedContent(COSName.ARTIFACT);
        } else {
            ink.beginMarkedContent(COSName.getPDFName(element.getStructureType()), tags.mark(page, element));
        }
        ReportStyle.Colour colour = type.colour();
        ink.setNonStrokingColor(colour.red(), colour.green(), colour.blue());
        ink.beginText();
        ink.newLineAtOffset(x, baseline);
        for (ReportFonts.Run run : fonts.runs(type.face(), text)) {
            ink.setFont(run.font(), type.size());
            if (run.heavier()) {
                ink.setStrokingColor(colour.red(), colour.green(), colour.blue());
                ink.setLineWidth(type.size() * OUTLINE);
            }
            ink.setRenderingMode(run.heavier() ? RenderingMode.FILL_STROKE : RenderingMode.FILL);
            ink.showText(run.text());
        }
        ink.endText();
        ink.endMarkedContent();
    }

    private List<PDPage> addContentsPages() {
        List<PDPage> pages = new ArrayList<>(List.of(contentsPage));
        int left = headings.size() - (int) ((contentsTop - CONTENTS_HEAD - BOTTOM) / CONTENTS_LINE);
        while (left > 0) {
            PDPage more = new PDPage(PDRectangle.A4);
            document.getPages().insertAfter(more, pages.get(pages.size() - 1));
            pages.add(more);
            left -= (int) (wholeRoom() / CONTENTS_LINE);
        }
        return pages;
    }

    private void writeContents(List<PDPage> pages, Map<COSBase, Integer> numbers) throws IOException {
        int next = 0;
        open(pages.get(next++));
        element = contentsElement;
        y = contentsTop;
        within("Caption", () -> line(ReportStyle.SECTION, LEFT, y - CONTENTS_HEAD + 21, "Contents"));
        take(CONTENTS_HEAD);
        for (Heading heading : headings) {
            if (room() < CONTENTS_LINE) {
                ink.close();
                open(pages.get(next++));
                y = TOP;
            }
            within(
                    "TOCI",
                    () -> contentsLine(heading, numbers.get(heading.page().getCOSObject())));
        }
        ink.close();
        element = tags.document();
    }

    private void contentsLine(Heading heading, int number) throws IOException {
        ReportStyle.Type type = heading.level() == 1
                ? new ReportStyle.Type(ReportFonts.Face.BOLD, 9.5f, CONTENTS_LINE, ReportStyle.Colour.INK)
                : new ReportStyle.Type(ReportFonts.Face.SANS, 9.5f, CONTENTS_LINE, ReportStyle.Colour.INK_2);
        float x = LEFT + (heading.level() - 1) * INDENT;
        String title = fonts.lines(type, LEFT + WIDTH - 40 - x, heading.title()).get(0);
        line(type, x, y, title);
        ReportStyle.Type figure =
                new ReportStyle.Type(ReportFonts.Face.SANS, 9.5f, CONTENTS_LINE, ReportStyle.Colour.INK);
        lineTo(figure, LEFT + WIDTH, y, Integer.toString(number));
        rule(LEFT, LEFT + WIDTH, y - CONTENTS_LINE, ReportStyle.Colour.LINE, 0.5f);
        PDAnnotationLink link = new PDAnnotationLink();
        link.setRectangle(new PDRectangle(LEFT, y - CONTENTS_LINE, WIDTH, CONTENTS_LINE));
        PDBorderStyleDictionary none = new PDBorderStyleDictionary();
        none.setWidth(0);
        link.setBorderStyle(none);
        link.setPrinted(true);
        link.setContents(heading.title());
        PDActionGoTo action = new PDActionGoTo();
        action.setDestination(destination(heading));
        link.setAction(action);
        page.getAnnotations().add(link);
        take(CONTENTS_LINE);
    }

    private void foot(PDPage each, String footer, String number) throws IOException {
        open(each);
        asArtifact(() -> {
            rule(LEFT, LEFT + WIDTH, FOOT + 12, ReportStyle.Colour.LINE, 0.5f);
            lineTo(ReportStyle.NOTE, LEFT + WIDTH, FOOT + 8, number);
            line(ReportStyle.NOTE, LEFT, FOOT + 8, footer);
        });
        ink.close();
    }

    private void open(PDPage each) throws IOException {
        page = each;
        ink = new PDPageContentStream(document, each, PDPageContentStream.AppendMode.APPEND, true);
    }

    private void bookmarks() {
        PDDocumentOutline outline = new PDDocumentOutline();
        document.getDocumentCatalog().setDocumentOutline(outline);
        PDOutlineItem chapter = null;
        for (Heading heading : headings) {
            PDOutlineItem item = new PDOutlineItem();
            item.setTitle(heading.title());
            item.setDestination(destination(heading));
            if (heading.level() == 1 || chapter == null) {
                outline.addLast(item);
                chapter = item;
            } else {
                chapter.addLast(item);
            }
        }
        outline.openNode();
    }

    private static PDPageXYZDestination destination(Heading heading) {
        PDPageXYZDestination destination = new PDPageXYZDestination();
        destination.setPage(heading.page());
        destination.setLeft(0);
        destination.setTop((int) Math.ceil(heading.top() + 12));
        destination.setZoom(0);
        return destination;
    }
}
