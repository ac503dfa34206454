"""All gradients of a captioner or a namer against central differences."""
from ..engine.gradcheck import numerical_jacobian, relative_error
from ..ground.arguments import real, takes
from ..learning.model import loss_and_gradients
from .namer import either
from .task import captioned


@takes(model=either, batch=captioned, eps=real(above=0))
def check_captioner(model, batch, eps=1e-6):
    """{name: relative error} of the gradient of every weight that is trained, against central differences: about 1e-8
    in float64, where no unit of the eye is at its kink."""
    def moved(name, value):
        other = model.copy()
        other.weights[name][:] = value
        return loss_and_gradients(other, batch).loss

    grads = loss_and_gradients(model, batch).grads
    return {name: relative_error(grads[name], numerical_jacobian(lambda v, n=name: moved(n, v), array, eps))
            for name, array in model.weights.items()}
