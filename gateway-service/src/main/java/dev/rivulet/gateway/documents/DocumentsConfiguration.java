// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import dev.rivulet.gateway.budget.Budgets;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.files.FileStore;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DocumentsProperties.class)
class DocumentsConfiguration {

    @Bean
    Shelf documentShelf(FileStore files, DocumentsProperties limits, JsonMapper json) {
        return new Shelf(
                files,
                limits,
                json,
                Clock.systemUTC(),
                () -> UUID.randomUUID().toString().replace("-", ""));
    }

    @Bean
    Embeddings documentEmbeddings(DocumentsProperties limits, JsonMapper json) {
        return new Embeddings(limits.model(), json);
    }

    @Bean
    @ConditionalOnProperty(name = "rivulet.documents.vectors", havingValue = "memory", matchIfMissing = true)
    MeaningStore fileMeanings(Shelf shelf, DocumentsProperties limits) {
        return new FileMeanings(shelf, limits.memory().toBytes());
    }

    /** Models are asked when there is something to do: whatever answers for them needs the assistant, which needs documents. */
    @Bean(destroyMethod = "close")
    Ingestion documentIngestion(
            Shelf shelf,
            Embeddings embeddings,
            MeaningStore meanings,
            ObjectProvider<Answering> models,
            Budgets budgets,
            DocumentsProperties limits) {
        return new Ingestion(
                shelf,
                embeddings,
                meanings,
                models::getObject,
                budgets,
                limits,
                Schedulers.boundedElastic(),
                System::nanoTime);
    }

    @Bean
    QuestionVectors questionVectors(Embeddings embeddings, DocumentsProperties limits, MeterRegistry meters) {
        QuestionVectors questions = new QuestionVectors(embeddings, limits, System::nanoTime);
        Gauge.builder("rivulet.documents.breaker.open", questions, one -> one.leftAlone() ? 1 : 0)
                .description(
                        "Whether the model of embeddings is asked of no question for a while because it keeps failing")
                .register(meters);
        return questions;
    }

    @Bean
    Finder documentFinder(
            Shelf shelf,
            MeaningStore meanings,
            Embeddings embeddings,
            QuestionVectors questionVectors,
            Ingestion ingestion,
            DocumentsProperties limits) {
        return new Finder(shelf, meanings, embeddings, questionVectors, ingestion, limits, Schedulers.boundedElastic());
    }

    @Bean
    DocumentsRoute documentsRoute(
            Shelf shelf, MeaningStore meanings, Ingestion ingestion, DocumentsProperties limits, JsonMapper json) {
        return new DocumentsRoute(shelf, meanings, ingestion, limits, json, Schedulers.boundedElastic());
    }
}
