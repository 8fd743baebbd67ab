// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs.http;

import dev.rivulet.gateway.budget.Budgets;
import dev.rivulet.gateway.budget.Budgets.Reservation;
import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.JsonAnswer;
import dev.rivulet.gateway.exchange.JsonBody;
import dev.rivulet.gateway.exchange.PageOf;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.jobs.Job;
import dev.rivulet.gateway.jobs.JobRequest;
import dev.rivulet.gateway.jobs.Jobs;
import dev.rivulet.gateway.jobs.JobsProperties;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** The paths under {@code /v1/jobs}. */
final class JobsRoute implements ApiRoute {

    private static final String PATH = "/v1/jobs";
    private static final Pattern ONE = Pattern.compile("/v1/jobs/([A-Za-z0-9_-]{1,64})(/events|/ws|/cancel)?");
    private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[!-~]{1,255}");
    private static final int ENVELOPE = 4_096;
    private static final int LARGEST_PAGE = 100;

    private final Jobs jobs;
    private final Budgets budgets;
    private final JobBody bodies;
    private final JobJson answers;
    private final JobReading reading;
    private final JsonMapper json;
    private final JobsProperties limits;
    private final Supplier<UUID> ids;

    JobsRoute(
            Jobs jobs,
            Budgets budgets,
            JobReading reading,
            JsonMapper json,
            JobsProperties limits,
            Supplier<UUID> ids) {
        this.jobs = jobs;
        this.budgets = budgets;
        this.bodies = new JobBody(Math.toIntExact(limits.maxBody().toBytes()), limits.lifetime());
        this.answers = new JobJson(json);
        this.reading = reading;
        this.json = json;
        this.limits = limits;
        this.ids = ids;
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public boolean serves(String path) {
        return path.equals(PATH) || ONE.matcher(path).matches();
    }

    @Override
    public Set<HttpMethod> methods(String path) {
        if (path.equals(PATH)) {
            return Set.of(HttpMethod.GET, HttpMethod.POST);
        }
        return Set.of(path.endsWith("/cancel") ? HttpMethod.POST : HttpMethod.GET);
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        Matcher one = ONE.matcher(request.getPath().value());
        String tenant = Passage.of(exchange).caller();
        if (!one.matches()) {
            return request.getMethod() == HttpMethod.POST ? submit(exchange) : list(exchange, tenant);
        }
        String id = one.group(1);
        @Nullable String part = one.group(2);
        return switch (part == null ? "" : part) {
            case "/events" -> reading.events(exchange, jobs.require(tenant, id));
            case "/ws" -> reading.socket(exchange, jobs.require(tenant, id));
            case "/cancel" -> jobs.cancel(tenant, id).flatMap(job -> write(exchange, HttpStatus.OK, job));
            default -> write(exchange, HttpStatus.OK, jobs.require(tenant, id));
        };
    }

    private Mono<Void> submit(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        Passage passage = Passage.of(exchange);
        String id = id(request, passage.caller());
        int limit = Math.toIntExact(limits.maxBody().toBytes()) + ENVELOPE;
        return JsonBody.of(request, limit, limits.bodyTimeout())
                .map(bodies::read)
                .doOnNext(read -> requireSize(read.body()))
                .flatMap(read -> submit(exchange, id, read))
                .flatMap(submitted -> {
                    passage.model(submitted.job().model());
                    exchange.getResponse().getHeaders().set("Location", PATH + "/" + id);
                    return write(exchange, submitted.known() ? HttpStatus.OK : HttpStatus.ACCEPTED, submitted.job());
                });
    }

    private Mono<Jobs.Submitted> submit(ServerWebExchange exchange, String id, JobBody.Read read) {
        Passage passage = Passage.of(exchange);
        Reservation reservation = budgets.reserve(
                        passage.identity(), read.envelope().tokens())
                .granted(exchange.getResponse().getHeaders()::set);
        JobRequest request = new JobRequest(
                id,
                passage.caller(),
                passage.priority(),
                read.endpoint(),
                read.envelope().model(),
                read.session(),
                read.envelope().stream(),
                read.body(),
                read.lifetime());
        return jobs.submit(request, reservation::settle);
    }

    /** The caller's key makes the id, so that two gateways make the same one. */
    private String id(ServerHttpRequest request, String tenant) {
        String key = request.getHeaders().getFirst("Idempotency-Key");
        if (key == null) {
            return "job_" + ids.get().toString().replace("-", "");
        }
        if (!IDEMPOTENCY_KEY.matcher(key).matches()) {
            throw new ProblemException(Problem.at(
                    ProblemCode.INVALID_VALUE,
                    "Idempotency-Key",
                    "'Idempotency-Key' must be 1 to 255 visible characters of ASCII."));
        }
        return Jobs.idOf(tenant, key);
    }

    private void requireSize(byte[] body) {
        if (body.length > limits.maxBody().toBytes()) {
            throw new ProblemException(Problem.of(
                    ProblemCode.REQUEST_TOO_LARGE,
                    "The body of the job is larger than the limit of "
                            + limits.maxBody().toBytes() + " bytes (rivulet.jobs.max-body)."));
        }
    }

    private Mono<Void> list(ServerWebExchange exchange, String tenant) {
        PageOf page = PageOf.of(exchange.getRequest().getQueryParams(), LARGEST_PAGE);
        return JsonAnswer.write(
                exchange,
                HttpStatus.OK,
                json.writeValueAsBytes(page.of(jobs.of(tenant), Job::id, job -> answers.of(job, false))));
    }

    private Mono<Void> write(ServerWebExchange exchange, HttpStatus status, Job job) {
        return JsonAnswer.write(exchange, status, json.writeValueAsBytes(answers.of(job, true)));
    }
}
