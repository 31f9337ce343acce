package org.consilium.server.export;

import java.io.IOException;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.BulletList;
import org.commonmark.node.Code;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;

/** Sets the text of a protocol, which comes as CommonMark: headings, paragraphs and lists; everything else is plain text. */
final class ReportMarkdown {

    private static final float INDENT = 12;
    private static final Parser PARSER = Parser.builder().build();

    private final ReportPages pages;

    private ReportMarkdown(ReportPages pages) {
        this.pages = pages;
    }

    static void write(ReportPages pages, String markdown) throws IOException {
        new ReportMarkdown(pages).blocks(PARSER.parse(markdown));
    }

    private void blocks(Node parent) throws IOException {
        for (Node node = parent.getFirstChild(); node != null; node = node.getNext()) {
            if (node instanceof Heading) {
                pages.gap(8);
                pages.need(50);
                pages.paragraph(ReportStyle.SIGNED_BOLD, plain(node));
            } else if (node instanceof Paragraph) {
                pages.paragraph(ReportStyle.SIGNED, plain(node));
            } else if (node instanceof BulletList) {
                list(node);
            } else if (node.getFirstChild() != null) {
                blocks(node);
            } else {
                pages.paragraph(ReportStyle.SIGNED, plain(node));
            }
        }
    }

    private void list(Node list) throws IOException {
        pages.within("L", () -> {
            for (Node item = list.getFirstChild(); item != null; item = item.getNext()) {
                String text = plain(item);
                pages.within("LI", () -> {
                    pages.need(ReportStyle.SIGNED.leading());
                    pages.asArtifact(() -> pages.line(ReportStyle.SIGNED, ReportPages.LEFT, pages.top(), "–"));
                    pages.block(ReportStyle.SIGNED, ReportPages.LEFT + INDENT, ReportPages.WIDTH - INDENT, text);
                });
                pages.gap(2);
            }
        });
        pages.gap(5);
    }

    private static String plain(Node block) {
        StringBuilder text = new StringBuilder();
        block.accept(new AbstractVisitor() {
            @Override
            public void visit(Text node) {
                text.append(node.getLiteral());
            }

            @Override
            public void visit(Code node) {
                text.append(node.getLiteral());
            }

            @Override
            public void visit(org.commonmark.node.HtmlInline node) {
                text.append(node.getLiteral());
            }

            @Override
            public void visit(org.commonmark.node.HtmlBlock node) {
                text.append(node.getLiteral());
            }

            @Override
            public void visit(org.commonmark.node.FencedCodeBlock node) {
                text.append(node.getLiteral());
            }

            @Override
            public void visit(org.commonmark.node.IndentedCodeBlock node) {
                text.append(node.getLiteral());
            }

            @Override
            public void visit(SoftLineBreak node) {
                text.append('\n');
            }

            @Override
            public void visit(HardLineBreak node) {
                text.append('\n');
            }

            @Override
            public void visit(ListItem node) {
                if (text.length() > 0) {
                    text.append('\n');
                }
                visitChildren(node);
            }
        });
        return text.toString();
    }
}
