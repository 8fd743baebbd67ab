// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs;

import dev.rivulet.gateway.exchange.Screening;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every job that Kafka knows, as far as it fits: bounded in number, bytes and time, the oldest that ended going first. What comes
 * twice changes nothing, in whatever order the topics are read. Thread-safe.
 */
public final class JobStore {

    private final int most;
    private final long maxBytes;
    private final Duration keep;
    private final Screening screening;
    private final Clock clock;
    private final Map<String, JobLog> logs = new LinkedHashMap<>();
    private long bytes;
    private boolean loaded;

    /** @param screening says of which keys no part is told that has not been screened */
    public JobStore(JobsProperties properties, Screening screening, Clock clock) {
        this.most = properties.most();
        this.maxBytes = properties.maxMemory().toBytes();
        this.keep = properties.keep();
        this.screening = screening;
        this.clock = clock;
    }

    /** Everything that was there at the start has been read. */
    public synchronized void loaded() {
        loaded = true;
    }

    public synchronized boolean isLoaded() {
        return loaded;
    }

    /** A job was submitted; says whether it was not known before. */
    public synchronized boolean submitted(Job job) {
        if (stale(job.submittedAt())) {
            return false;
        }
        JobLog log = log(job.id());
        int before = log.bytes();
        boolean fresh = log.submitted(job, screening.answers(job.tenant()).isPresent());
        bytes += log.bytes() - before;
        trim();
        if (fresh && bytes > maxBytes) {
            int noted = log.bytes();
            log.withoutNote();
            bytes += log.bytes() - noted;
        }
        return fresh;
    }

    /** A submission failed: the job is not there unless Kafka tells of it. */
    synchronized void withdrawn(String id) {
        JobLog log = logs.remove(id);
        bytes -= log == null ? 0 : log.bytes();
    }

    public synchronized void cancelled(String id) {
        log(id).cancelled();
    }

    /** A job is to be known no more, whatever is read of it later. */
    public synchronized void forgotten(String id, Instant at) {
        if (stale(at)) {
            return;
        }
        JobLog log = log(id);
        int before = log.bytes();
        log.forgotten(at);
        bytes += log.bytes() - before;
    }

    /** A part as it came, which is told where nothing has to be screened. */
    public void part(String id, JobPart part) {
        part(id, part, false);
    }

    /** A part as it may be told. */
    void screened(String id, JobPart part) {
        part(id, part, true);
    }

    private synchronized void part(String id, JobPart part, boolean screened) {
        JobLog log = log(id);
        int before = log.bytes();
        log.part(part, bytes + part.events().length <= maxBytes, screened);
        bytes += log.bytes() - before;
        trim();
    }

    /** A result has come; says whether it is the first of its job. An answer to a job that was sent back holds over its failure. */
    public synchronized boolean ended(String id, Job.Result result) {
        if (stale(result.finishedAt())) {
            return false;
        }
        JobLog log = log(id);
        int before = log.bytes();
        boolean first = log.ended(result);
        bytes += log.bytes() - before;
        trim();
        return first;
    }

    public Optional<Job> find(String tenant, String id) {
        @Nullable JobLog log = logOf(id);
        @Nullable Job job = log == null ? null : log.job();
        return job != null && job.tenant().equals(tenant) && !stale(job.submittedAt())
                ? Optional.of(job)
                : Optional.empty();
    }

    /** A job, whoever's it is. */
    Optional<Job> any(String id) {
        return Optional.ofNullable(logOf(id)).map(JobLog::job);
    }

    /** Whether the result of a job is there, also where the job itself is not known. */
    boolean hasEnded(String id) {
        @Nullable JobLog log = logOf(id);
        return log != null && log.ended();
    }

    /** Whether a result would change what is known: the first does, and an answer after a failure. */
    boolean wants(String id, Job.Result result) {
        @Nullable JobLog log = logOf(id);
        return log == null || log.wants(result);
    }

    /** This gateway takes a job: {@link #submitted}, and others do not say what becomes of it. */
    synchronized void taken(Job job) {
        log(job.id()).taken();
        submitted(job);
    }

    boolean isTaken(String id) {
        @Nullable JobLog log = logOf(id);
        return log != null && log.isTaken();
    }

    synchronized @Nullable JobLog logOf(String id) {
        return logs.get(id);
    }

    /** Jobs of one key, newest first. */
    public synchronized List<Job> of(String tenant) {
        List<Job> jobs = new ArrayList<>();
        for (JobLog log : logs.values()) {
            @Nullable Job job = log.job();
            if (job != null && job.tenant().equals(tenant) && !stale(job.submittedAt())) {
                jobs.add(job);
            }
        }
        return jobs.reversed();
    }

    /** Jobs that have not ended: of one key, and of all. */
    synchronized Active active(String tenant) {
        int own = 0;
        int all = 0;
        for (JobLog log : logs.values()) {
            @Nullable Job job = log.job();
            if (job != null && !log.ended()) {
                all++;
                own += job.tenant().equals(tenant) ? 1 : 0;
            }
        }
        return new Active(own, all);
    }

    record Active(int own, int all) {}

    /** Bytes of answers and parts that are kept. */
    public synchronized long bytes() {
        return bytes;
    }

    public synchronized int size() {
        return logs.size();
    }

    private JobLog log(String id) {
        @Nullable JobLog known = logs.get(id);
        if (known != null) {
            return known;
        }
        JobLog fresh = new JobLog();
        logs.put(id, fresh);
        trim();
        return fresh;
    }

    private void trim() {
        Iterator<JobLog> oldest = logs.values().iterator();
        while ((bytes > maxBytes || logs.size() > most) && oldest.hasNext()) {
            JobLog log = oldest.next();
            if (log.ended() && (loaded || log.forgottenAt() == null)) {
                oldest.remove();
                bytes -= log.bytes();
            }
        }
    }

    private boolean stale(Instant at) {
        return at.plus(keep).isBefore(clock.instant());
    }

    /** Forgets what is kept no longer. */
    public synchronized void sweep() {
        Iterator<JobLog> every = logs.values().iterator();
        while (every.hasNext()) {
            JobLog log = every.next();
            @Nullable Job job = log.job();
            @Nullable Instant gone = log.forgottenAt();
            if ((job != null && stale(job.submittedAt())) || (gone != null && stale(gone))) {
                every.remove();
                bytes -= log.bytes();
            }
        }
    }
}
