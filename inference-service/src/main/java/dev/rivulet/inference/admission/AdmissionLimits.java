package dev.rivulet.inference.admission;

import jakarta.validation.Validator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** The limits that hold now. A refresh that brings a wrong value is refused with a reason and the last good value stays. */
@Component
class AdmissionLimits {

    private static final Logger LOG = LoggerFactory.getLogger(AdmissionLimits.class);

    private final Environment environment;
    private final Validator validator;
    private volatile AdmissionProperties current;

    AdmissionLimits(AdmissionProperties first, Environment environment, Validator validator) {
        this.current = first;
        this.environment = environment;
        this.validator = validator;
    }

    int queue() {
        return current.queue();
    }

    @EventListener
    void changed(EnvironmentChangeEvent event) {
        if (event.getKeys().stream().noneMatch(key -> key.startsWith("rivulet.admission"))) {
            return;
        }
        try {
            BindResult<AdmissionProperties> bound =
                    Binder.get(environment).bind("rivulet.admission", AdmissionProperties.class);
            take(bound.orElseGet(() -> current));
        } catch (BindException e) {
            LOG.warn("rivulet.admission stays {}: {}", current, e.getMessage());
        }
    }

    private void take(AdmissionProperties next) {
        var faults = validator.validate(next);
        if (faults.isEmpty()) {
            LOG.info("rivulet.admission is now {}", next);
            current = next;
            return;
        }
        faults.forEach(fault -> LOG.warn(
                "rivulet.admission stays {}: {} {}, was {}",
                current,
                fault.getPropertyPath(),
                fault.getMessage(),
                fault.getInvalidValue()));
    }
}
