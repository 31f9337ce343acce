package org.consilium.server.export;

import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSInteger;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.documentinterchange.logicalstructure.PDMarkInfo;
import org.apache.pdfbox.pdmodel.documentinterchange.logicalstructure.PDStructureElement;
import org.apache.pdfbox.pdmodel.documentinterchange.logicalstructure.PDStructureTreeRoot;

/**
 * The report's logical structure (ISO 32000-1, section 14.7): what is a heading, a paragraph, a cell of a table, in the
 * order in which it is read, for those who listen to the report.
 */
final class ReportTags {

    private final PDStructureTreeRoot root = new PDStructureTreeRoot();
    private final PDStructureElement whole = new PDStructureElement("Document", root);
    private final COSArray parents = new COSArray();
    private final Map<PDPage, COSArray> marked = new IdentityHashMap<>();

    ReportTags(PDDocument document) {
        root.appendKid(whole);
        COSDictionary tree = new COSDictionary();
        tree.setItem(COSName.NUMS, parents);
        root.getCOSObject().setItem(COSName.PARENT_TREE, tree);
        document.getDocumentCatalog().setStructureTreeRoot(root);
        PDMarkInfo info = new PDMarkInfo();
        info.setMarked(true);
        document.getDocumentCatalog().setMarkInfo(info);
    }

    /** Returns the element that everything is in. */
    PDStructureElement document() {
        return whole;
    }

    /** Returns a new last part of an element. */
    PDStructureElement add(PDStructureElement parent, String type) {
        PDStructureElement element = new PDStructureElement(type, parent);
        parent.appendKid(element);
        return element;
    }

    /** Returns the number under which what is written next on the page belongs to the element. */
    int mark(PDPage page, PDStructureElement element) {
        COSArray onPage = marked.computeIfAbsent(page, this::register);
        int number = onPage.size();
        onPage.add(element.getCOSObject());
        COSDictionary reference = new COSDictionary();
        reference.setItem(COSName.TYPE, COSName.getPDFName("MCR"));
        reference.setItem(COSName.PG, page);
        reference.setInt(COSName.MCID, number);
        COSArray kids = (COSArray) element.getCOSObject().getDictionaryObject(COSName.K);
        if (kids == null) {
            kids = new COSArray();
            element.getCOSObject().setItem(COSName.K, kids);
            element.setPage(page);
        }
        // A number alone is of the element's own page.
        kids.add(page.equals(element.getPage()) ? COSInteger.get(number) : reference);
        return number;
    }

    private COSArray register(PDPage page) {
        int key = parents.size() / 2;
        page.setStructParents(key);
        COSArray onPage = new COSArray();
        parents.add(COSInteger.get(key));
        parents.add(onPage);
        root.setParentTreeNextKey(key + 1);
        return onPage;
    }
}
