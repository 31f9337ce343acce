package org.consilium.server.export;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A table whose head comes again on each page and whose rows break over pages only where they are higher than one.
 *
 * <p>Numbers stand to the right, under each other by their last digit; everything else stands to the left.
 */
final class ReportTable {

    private static final float PAD = 4;
    private static final float GUTTER = 12;
    /** Fewest lines of a row that is broken. */
    private static final int FEWEST = 3;

    /**
     * A column.
     *
     * @param head its heading, with the unit
     * @param width in points, the space to the next column included
     * @param right whether it stands to the right
     * @param type how its cells are set
     */
    record Column(String head, float width, boolean right, ReportStyle.Type type) {

        static Column text(String head, float width) {
            return new Column(head, width, false, ReportStyle.CELL);
        }

        static Column name(String head, float width) {
            return new Column(head, width, false, ReportStyle.CELL_BOLD);
        }

        static Column number(String head, float width) {
            return new Column(head, width, true, ReportStyle.CELL);
        }

        static Column hash(String head, float width) {
            return new Column(head, width, false, ReportStyle.HASH);
        }
    }

    private final ReportPages pages;
    private final List<Column> columns;
    private boolean begun;

    private ReportTable(ReportPages pages, List<Column> columns) {
        this.pages = pages;
        this.columns = columns;
    }

    /** What writes the rows. */
    @FunctionalInterface
    interface Rows {
        void write(ReportTable table) throws IOException;
    }

    /** Writes a table. */
    static void write(ReportPages pages, List<Column> columns, Rows rows) throws IOException {
        ReportTable table = new ReportTable(pages, columns);
        pages.within("Table", () -> {
            pages.need(60);
            table.head("TH");
            rows.write(table);
        });
        pages.gap(10);
    }

    /** Writes a row; a cell may have several lines. */
    void row(String... cells) throws IOException {
        List<List<String>> lines = wrapped(List.of(cells));
        int most = lines.stream().mapToInt(List::size).max().orElse(1);
        float height = most * leading() + 2 * PAD;
        if (height > pages.room()) {
            // The first row is rather broken than its heading left alone.
            boolean whole = begun && height <= ReportPages.wholeRoom() / 2;
            if (whole || pages.room() < FEWEST * leading() + 2 * PAD) {
                again();
            }
        }
        begun = true;
        pages.within("TR", () -> lines(lines, most));
    }

    /** Writes a line over all columns that says what the next rows belong to. */
    void band(String title, String label, String value) throws IOException {
        float height = leading() + 2 * PAD;
        if (pages.room() < height * 2 + 8) {
            again();
        }
        pages.within(
                "TR",
                () -> pages.within("TH", () -> {
                    pages.box(
                            ReportPages.LEFT,
                            pages.top() - height,
                            ReportPages.WIDTH,
                            height,
                            ReportStyle.Colour.SUNKEN);
                    pages.line(ReportStyle.CELL_BOLD, ReportPages.LEFT, pages.top() - PAD, title);
                    float last = ReportPages.LEFT;
                    for (Column column : columns.subList(0, columns.size() - 1)) {
                        last += column.width();
                    }
                    pages.lineTo(ReportStyle.NOTE, last - GUTTER, pages.top() - PAD, label);
                    pages.line(columns.get(columns.size() - 1).type(), last, pages.top() - PAD, value);
                }));
        pages.take(height);
        line(ReportStyle.Colour.LINE);
    }

    private void again() throws IOException {
        pages.newPage();
        pages.asArtifact(() -> head(null));
    }

    private void head(String tag) throws IOException {
        List<List<String>> lines = new ArrayList<>();
        for (Column column : columns) {
            lines.add(pages.lines(ReportStyle.HEAD, inner(column), column.head()));
        }
        int most = lines.stream().mapToInt(List::size).max().orElse(1);
        float bottom = pages.top() - most * ReportStyle.HEAD.leading();
        ReportPages.Writing cells = () -> {
            float x = ReportPages.LEFT;
            for (int i = 0; i < columns.size(); i++) {
                List<String> cell = lines.get(i);
                // The last line of each heading stands on the line below.
                float top = bottom + cell.size() * ReportStyle.HEAD.leading();
                cell(tag, columns.get(i), ReportStyle.HEAD, x, top, cell);
                x += columns.get(i).width();
            }
        };
        if (tag == null) {
            cells.write();
        } else {
            pages.within("TR", cells);
        }
        pages.take(pages.top() - bottom + 3);
        line(ReportStyle.Colour.LINE_STRONG);
    }

    private void lines(List<List<String>> lines, int most) throws IOException {
        int from = 0;
        while (from < most) {
            int fit = Math.max(1, (int) ((pages.room() - 2 * PAD) / leading()));
            int to = Math.min(most, from + fit);
            float top = pages.top() - PAD;
            float x = ReportPages.LEFT;
            for (int i = 0; i < columns.size(); i++) {
                List<String> cell = lines.get(i);
                List<String> part = cell.subList(Math.min(from, cell.size()), Math.min(to, cell.size()));
                cell("TD", columns.get(i), columns.get(i).type(), x, top, part);
                x += columns.get(i).width();
            }
            pages.take((to - from) * leading() + 2 * PAD);
            line(ReportStyle.Colour.LINE);
            from = to;
            if (from < most) {
                again();
            }
        }
    }

    private void cell(String tag, Column column, ReportStyle.Type type, float x, float top, List<String> lines)
            throws IOException {
        ReportPages.Writing writing = () -> {
            float at = top;
            for (String line : lines) {
                if (column.right()) {
                    pages.lineTo(type, x + inner(column), at, line);
                } else {
                    pages.line(type, x, at, line);
                }
                at -= type.leading();
            }
        };
        if (tag == null) {
            writing.write();
        } else {
            pages.within(tag, writing);
        }
    }

    private void line(ReportStyle.Colour colour) throws IOException {
        pages.rule(ReportPages.LEFT, ReportPages.LEFT + ReportPages.WIDTH, pages.top(), colour, 0.5f);
    }

    private List<List<String>> wrapped(List<String> cells) throws IOException {
        List<List<String>> lines = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            lines.add(pages.lines(column.type(), inner(column), cells.get(i)));
        }
        return lines;
    }

    /** The last column ends where the text does. */
    private float inner(Column column) {
        return column.equals(columns.get(columns.size() - 1)) ? column.width() : column.width() - GUTTER;
    }

    private float leading() {
        return ReportStyle.CELL.leading();
    }
}
