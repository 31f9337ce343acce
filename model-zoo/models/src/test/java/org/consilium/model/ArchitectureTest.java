package org.consilium.model;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "org.consilium.model", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule networks_know_no_platform_and_no_other_room = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "jakarta..",
                    "java.sql..",
                    "java.net..",
                    "org.eclipse.microprofile..",
                    "org.consilium.algorithm..",
                    "org.consilium.server..",
                    "org.consilium.site..");

    @ArchTest
    static final ArchRule images_are_read_without_deeplearning4j = noClasses()
            .that()
            .resideInAPackage("..images..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.deeplearning4j..", "org.nd4j..", "org.bytedeco..");

    @ArchTest
    static final ArchRule networks_do_not_know_where_images_come_from = noClasses()
            .that()
            .resideInAPackage("org.consilium.model")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..images..");

    @ArchTest
    static final ArchRule native_libraries_are_the_engines = noClasses()
            .that()
            .resideOutsideOfPackage("..engine..")
            // The number of OpenBLAS's threads is Deeplearning4j's business, and a switch of the process.
            .and()
            .doNotHaveSimpleName("SingleThread")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bytedeco..");

    @ArchTest
    static final ArchRule the_engine_knows_deeplearning4j_by_its_configurations_alone = noClasses()
            .that()
            .resideInAPackage("..engine..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.deeplearning4j.nn.multilayer..",
                    "org.deeplearning4j.nn.layers..",
                    "org.nd4j.linalg.api..",
                    "org.nd4j.linalg.factory..");

    @ArchTest
    static final ArchRule only_the_engines_readers_know_layers = noClasses()
            .that()
            .resideInAPackage("..engine..")
            .and()
            .haveNameNotMatching(".*Reader(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.deeplearning4j.nn.conf.layers..", "org.nd4j..");

    @ArchTest
    static final ArchRule the_engine_knows_nobody_of_the_zoo = noClasses()
            .that()
            .resideInAPackage("..engine..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.consilium.model");
}
