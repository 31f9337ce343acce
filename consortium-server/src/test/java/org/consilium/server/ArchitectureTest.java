package org.consilium.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;

/** The arrows between the server's rooms; what is not drawn here does not exist. */
@AnalyzeClasses(packages = "org.consilium.server", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] DATABASE = {"jakarta.persistence..", "org.hibernate..", "java.sql..", "javax.sql.."};

    /** The one Java name of a role decides what its class may use. */
    private static DescribedPredicate<JavaClass> named(String... endings) {
        return DescribedPredicate.describe("named *" + String.join(", *", endings), type -> {
            String name = outermost(type).getSimpleName();
            for (String ending : endings) {
                if (name.endsWith(ending)) {
                    return true;
                }
            }
            return false;
        });
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }

    @ArchTest
    static final ArchRule rooms_know_only_those_below_them = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("org.consilium.server..")
            .optionalLayer("portal")
            .definedBy("org.consilium.server.portal..")
            .layer("export")
            .definedBy("org.consilium.server.export..")
            .layer("round")
            .definedBy("org.consilium.server.round..")
            .layer("study")
            .definedBy("org.consilium.server.study..")
            .layer("site")
            .definedBy("org.consilium.server.site..")
            .layer("globalmodel")
            .definedBy("org.consilium.server.globalmodel..")
            .layer("audit")
            .definedBy("org.consilium.server.audit..")
            .layer("platform")
            .definedBy("org.consilium.server.platform..")
            .whereLayer("portal")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("export")
            .mayOnlyBeAccessedByLayers("portal")
            .whereLayer("round")
            .mayOnlyBeAccessedByLayers("portal", "export")
            .whereLayer("study")
            .mayOnlyBeAccessedByLayers("portal", "export", "round")
            .whereLayer("site")
            .mayOnlyBeAccessedByLayers("portal", "export", "round")
            .whereLayer("globalmodel")
            .mayOnlyBeAccessedByLayers("portal", "export", "round")
            .whereLayer("audit")
            .mayOnlyBeAccessedByLayers("portal", "export", "round", "study", "site", "globalmodel")
            .whereLayer("platform")
            .mayOnlyBeAccessedByLayers("portal", "export", "round", "study", "site", "globalmodel", "audit")
            .ensureAllClassesAreContainedInArchitectureIgnoring("org.consilium.server");

    @ArchTest
    static final ArchRule rooms_form_no_cycle =
            slices().matching("org.consilium.server.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule the_server_knows_no_site_node_and_networks_by_the_model_zoo_alone = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.consilium.model.engine..",
                    "org.consilium.model.dl4j..",
                    "org.consilium.site..",
                    "org.consilium.quickstart..",
                    "org.nd4j..",
                    "org.deeplearning4j..",
                    "org.bytedeco..");

    @ArchTest
    static final ArchRule the_server_trains_nothing = noClasses()
            .that(not(named("Zoo", "Refiner")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.consilium.model..");

    @ArchTest
    static final ArchRule http_lies_at_the_edge = noClasses()
            .that(resideInAPackage("org.consilium.server.platform..")
                    .or(resideInAPackage("org.consilium.server.portal.."))
                    .or(named("Resource", "Mapper", "Gate"))
                    .negate())
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.ws.rs..", "jakarta.servlet..");

    @ArchTest
    static final ArchRule the_database_lies_behind_the_stores = noClasses()
            .that(not(resideInAPackage("org.consilium.server.platform.."))
                    .and(not(named("Row", "Key", "Store", "StoreException"))))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(DATABASE);

    @ArchTest
    static final ArchRule ports_say_nothing_of_the_database = noClasses()
            .that()
            .areInterfaces()
            .and()
            .haveSimpleNameEndingWith("Store")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(DATABASE);

    @ArchTest
    static final ArchRule tables_stay_in_their_room =
            classes().that(named("Row", "Key")).should().bePackagePrivate();

    @ArchTest
    static final ArchRule nobody_but_its_store_sees_a_table = classes()
            .that()
            .haveSimpleNameEndingWith("Row")
            .should()
            .onlyBeAccessed()
            .byClassesThat(named("Row", "Store"));

    /** Given the clock of the container, everything can be tested at any time. */
    @ArchTest
    static final ArchRule time_is_an_argument = noClasses()
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule decisions_are_pure = noClasses()
            .that()
            .haveFullyQualifiedName("org.consilium.server.round.Progress")
            .or()
            .haveFullyQualifiedName("org.consilium.server.round.Answers")
            .or()
            .haveFullyQualifiedName("org.consilium.server.round.Offer")
            .or()
            .haveFullyQualifiedName("org.consilium.server.round.Round")
            .or()
            .haveFullyQualifiedName("org.consilium.server.round.Share")
            .or()
            .haveFullyQualifiedName("org.consilium.server.study.Study")
            .or()
            .haveFullyQualifiedName("org.consilium.server.site.SiteHealth")
            .or()
            .haveFullyQualifiedName("org.consilium.server.site.LastHeartbeat")
            .should()
            .dependOnClassesThat(resideInAPackage("jakarta..")
                    .or(named("Store", "Models", "Wakeups"))
                    .or(DescribedPredicate.describe("a clock", type -> type.isEquivalentTo(java.time.Clock.class))));

    /** The container intercepts calls from outside; a method that only its own class calls would start none. */
    @ArchTest
    static final ArchRule transactions_begin_at_public_methods =
            methods().that().areAnnotatedWith(Transactional.class).should().bePublic();

    @ArchTest
    static final ArchRule logging_is_the_platforms_own = noClasses()
            .should()
            .dependOnClassesThat(resideInAnyPackage("org.slf4j..", "org.apache..", "org.jboss..")
                    .and(not(resideInAPackage("org.apache.pdfbox..").or(resideInAPackage("org.apache.fontbox..")))));

    /** The report is made of plain values: what draws is in one place, and nothing else knows the library. */
    @ArchTest
    static final ArchRule only_the_report_draws = noClasses()
            .that(not(resideInAPackage("org.consilium.server.export..")
                    .and(DescribedPredicate.describe(
                            "named Report*",
                            type -> outermost(type).getSimpleName().startsWith("Report")))))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.pdfbox..", "org.apache.fontbox..", "java.awt..");

    @ArchTest
    static final ArchRule what_is_shared_does_not_change_unseen =
            fields().that().areStatic().should().beFinal();

    /** Under JTA, Hibernate's find answers null when the connection breaks, which would read as "there is none". */
    @ArchTest
    static final ArchRule a_row_is_never_looked_up_by_find = noClasses()
            .should()
            .callMethodWhere(target(owner(assignableTo(EntityManager.class))).and(target(name("find"))));
}
