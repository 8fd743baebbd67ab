// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs.kafka;

import dev.rivulet.inference.jobs.Job;
import dev.rivulet.inference.jobs.Progress;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Tells {@code inference.job.progressed} how far jobs have come, from a thread of its own: the client may block. */
final class JobProgress implements Progress, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JobProgress.class);
    private static final int WAITING = 1_024;

    private final KafkaClients clients;
    private final JobRecords records;
    private final Scheduler thread = Schedulers.newBoundedElastic(1, WAITING, "job-progress", 60, true);
    private @org.jspecify.annotations.Nullable KafkaProducer<byte[], byte[]> producer;

    JobProgress(KafkaClients clients, JobRecords records) {
        this.clients = clients;
        this.records = records;
    }

    @Override
    public void told(Job job, String run, long sequence, byte[] events) {
        Mono.fromRunnable(() -> send(job, run, sequence, events))
                .subscribeOn(thread)
                .subscribe(null, failure -> LOG.debug("Progress of job {} was not told", job.id(), failure));
    }

    private void send(Job job, String run, long sequence, byte[] events) {
        try {
            producer().send(records.progress(job, run, sequence, events));
        } catch (KafkaException e) {
            LOG.debug("Progress of job {} was not told", job.id(), e);
        }
    }

    private synchronized KafkaProducer<byte[], byte[]> producer() {
        if (producer == null) {
            producer = clients.progress();
        }
        return producer;
    }

    @Override
    public synchronized void close() {
        thread.dispose();
        if (producer != null) {
            producer.close(java.time.Duration.ofSeconds(1));
        }
    }
}
