package org.consilium.quickstart;

import java.util.List;
import java.util.Optional;
import org.consilium.contract.Effort;
import org.consilium.contract.Optimiser;
import org.consilium.contract.Parameters;
import org.consilium.model.images.ImageDataset;

/** Puts together what a study was asked to be and what came out. */
final class StudyReports {

    private StudyReports() {}

    /**
     * Returns the report; the model is not saved yet.
     *
     * @param command {@code simulate} or {@code demo}
     * @param dataset whose images were used
     * @param settings what was asked for
     * @param model any of the study's models
     * @param rounds the rounds
     * @param finalScores the selected model on TEST
     * @param baselines what was trained beside the study
     * @param resources what it took
     * @param commit the program's commit
     */
    static StudyReport of(
            String command,
            ImageDataset dataset,
            StudySettings settings,
            Parameters model,
            List<StudyReport.Round> rounds,
            StudyReport.Final finalScores,
            StudyReport.Baselines baselines,
            StudyReport.Resources resources,
            Optional<String> commit) {
        Effort.Epochs epochs = (Effort.Epochs) settings.plan().effort();
        Optimiser.Sgd sgd = (Optimiser.Sgd) settings.plan().optimiser();
        return new StudyReport(
                command,
                dataset.name(),
                StudyReport.Data.of(dataset),
                settings.partition().text(),
                settings.seed(),
                new StudyReport.Model(model.architecture().value(), model.count()),
                new StudyReport.StrategyChoice(
                        settings.strategy().name(), settings.strategy().settings()),
                new StudyReport.Training(
                        epochs.count(), settings.plan().batchSize(), sgd.learningRate(), sgd.momentum()),
                rounds,
                Optional.empty(),
                finalScores,
                baselines,
                resources,
                commit);
    }
}
