"""Spanish rules."""

from __future__ import annotations

from plugin_backend.domain.classifier.rules.rule import Rule, Sign
from plugin_backend.domain.tags import Substance

RULES: tuple[Rule, ...] = (
    Rule(
        name="es_asks_to_act",
        shows=Substance.REQUEST,
        strength=0.85,
        phrases="""
        podría|podrías|puedes|puede|podéis|podrían|podríais enviarme|enviar|mandarme|mandar|decirme|decir|confirmar|revisar|ayudarme|
        ayudar|mirar|pasarme|pasar|comprobar|explicarme|llamarme|usted|me|nos|por;
        me|nos puede|puedes|podría|podrías|podéis; le|te|os ruego|pido|agradecería|agradecería; necesito|necesitamos|necesitaría;
        necesito que;
        por favor envíe|envíame|envíeme|mande|mándame|confirme|confirma|revise|revisa|diga|dime|llame|llámame|indique|avise|avísame;
        envíame|envíeme|mándame|dime|dígame|avísame|confírmame|llámame;
        ¿qué|qué te|le|opinas|opina|piensas|piensa|umbral|parece ?;
        qué te|le parece; te|se animas|anima ?; es posible * ?; sería posible; le|te interesaría; le interesa;
        quisiera|querría|me gustaría saber|pedirle|pedirte|preguntar|conocer; tiene|tienes|tenéis * ?;
        su|tu opinión|respuesta|ayuda|aprobación|confirmación
        """,
    ),
    Rule(
        name="es_no_request",
        shows=Sign.NO_ANSWER_WANTED,
        phrases="""
        cómo estás; cómo está; qué tal; cómo va; no dude en; no dudes en; quedo a su|tu; verdad ?; no ?;
        si tiene|tienes alguna pregunta|duda; cualquier duda|consulta
        """,
    ),
    Rule(
        name="es_promises",
        shows=Substance.COMMITMENT,
        strength=0.85,
        phrases="""
        te|le|les|os|lo|la|los|las|se enviaré|mandaré|llamaré|diré|haré|confirmaré|avisaré|traeré|pasaré|escribiré|llevaré;
        enviaré|mandaré|llamaré|avisaré|haré|prepararé|revisaré|hablaré;
        voy a enviar|mandar|llamar|revisar|preguntar|hacer|preparar|hablar|ver; vamos a enviar|mandar|revisar|hacer|preparar;
        me encargo; nos encargamos; me comprometo; prometo; te lo prometo; lo haré; te|le|os llamo|aviso|digo|cuento|confirmo;
        yo pongo; le|te enviaremos|mandaremos|llamaremos; enviaremos|mandaremos|haremos; recibirá|recibirás; cuenta conmigo
        """,
    ),
    Rule(
        name="es_hands_over_or_promises",
        shows=Sign.HANDS_OVER,
        phrases="te|le|les|os mando|envío|paso|remito|hago; les|le|te mandamos|enviamos|pasamos",
    ),
    Rule(
        name="es_hands_over",
        shows=Substance.DELIVERY,
        strength=0.85,
        phrases="""
        adjunto|adjunta|adjuntos|adjuntas|adjuntamos; en adjunto; archivo adjunto; aquí va|van|tienes|tiene|está|están|te|le;
        como te|le|os prometí|prometimos|comenté|dije; como prometí|prometido|acordado|acordamos|solicitado|pediste|pidió;
        en respuesta a su|tu; ahí va|van|tienes
        """,
    ),
    Rule(
        name="es_refuses",
        shows=Substance.REFUSAL,
        strength=0.95,
        phrases="""
        no me|nos|le interesa|interesan; no estoy|estamos interesado|interesada|interesados|interesadas; sin interés; ningún interés;
        elimine|elimina|eliminen|borre|borra|borren|quite|quita|quiten|saque|saquen|retire * lista|dirección|datos|correo|base;
        elimine|borre|quite|saque me|mi; elimíneme|bórreme|quíteme|sáqueme;
        no me|nos envíe|envíen|mande|manden|escriba|escriban|contacte|contacten|llame|llamen; no * envíe|envíen|mande|manden más;
        darme|darnos|dar|dame|deme|denme de baja; dejen|deje|deja de; no vuelva|vuelvan a; no gracias; no tenemos|tengo necesidad;
        no necesitamos; tenemos|tengo que declinar|rechazar; declinamos; rechazamos; hemos decidido no; no encaja
        """,
    ),
    Rule(
        name="es_refuses_mildly",
        shows=Substance.REFUSAL,
        strength=0.5,
        phrases="lamentablemente no|no; no puedo|podemos; no va a ser posible; no será posible; no es posible",
    ),
    Rule(
        name="es_presents",
        shows=Sign.PRESENTS,
        phrases="""
        te|le|os|les presento a; poneros|ponerles|ponerte|ponerle|ponerlos|poner|pongo * en contacto; os pongo;
        presentaros|presentarles|presentarte a; quería presentarte|presentaros|presentarle
        """,
    ),
    Rule(
        name="es_presents_self",
        shows=Substance.INTRODUCTION,
        strength=0.75,
        phrases="""
        me presento; presentarme; me llamo; mi nombre es; soy la|el nueva|nuevo|responsable|encargada|encargado; me ha dado su|tu;
        me dio su|tu; me recomendó
        """,
    ),
    Rule(
        name="es_offers",
        shows=Substance.OFFER,
        strength=0.75,
        phrases="""
        te|le|les|os propongo|ofrezco|recomiendo|aconsejo|sugiero; le|les|te ofrecemos|proponemos; ofrecemos|ofrezco;
        puedo|podemos ayudarle|ayudarte|enviarle|enviarte|mandarle|mandarte|ofrecerle|enseñarle|mostrarle; si quiere|quieres|le|te;
        mi consejo|experiencia|opinión; en mi experiencia|opinión; una idea; podría interesarle|interesarte; prueba gratuita;
        equipos de prueba; a su|tu disposición
        """,
    ),
    Rule(
        name="es_proposes",
        shows=Sign.PROPOSAL,
        phrases="""
        te|le|os propongo; propongo|proponemos|sugiero; mi|nuestra propuesta; y si; podríamos; deberíamos;
        subimos|probamos|hacemos|empezamos|cambiamos|esperamos|aguantamos ?; vamos a; hagamos; probemos; empecemos; quedamos en;
        juntos|juntas; entre las|los dos; siguiente paso; próximo paso
        """,
    ),
    Rule(
        name="es_decides",
        shows=Sign.DECISION,
        phrases="""
        ^ de acuerdo; de acuerdo .; estoy|estamos de acuerdo; ^ acordado; hemos decidido|acordado|aprobado|elegido;
        se ha decidido|aprobado|acordado; ^ aprobado; está|queda aprobado|aprobada|decidido|acordado; ^ trato hecho; ^ vale;
        ^ hecho .; nos quedamos con; adelante; acepto; aceptamos; ^ conforme; ^ sí encantado|encantada; decidido
        """,
    ),
    Rule(
        name="es_works_together",
        shows=Substance.JOINT_WORK,
        strength=0.6,
        phrases="""
        nuestro|nuestra ensayo|proyecto|informe|trabajo|prueba|artículo|acuerdo|contrato;
        el|del|un ensayo|proyecto|informe|borrador|contrato|presupuesto|registro; borrador; resultados;
        he|hemos cambiado|corregido|añadido|revisado|arrancado|empezado|terminado|medido|instalado|probado|actualizado;
        cambié|corregí|añadí|revisé; está|han sido cambiada|cambiado|corregido|instalado; ha gastado; siguiente fase;
        próxima semana * ensayo; versión; umbral; parcelas
        """,
    ),
    Rule(
        name="es_personal",
        shows=Substance.PERSONAL,
        strength=0.75,
        phrases="""
        mi madre|padre|hijo|hija|mujer|marido|esposa|esposo|hermano|hermana|familia|abuela|abuelo|cumpleaños|boda|primo|prima|novia|
        novio|perro|gato;
        mis hijos|padres|hijas|niños; tu|su madre|padre|hijo|hija|mujer|marido|esposa|familia|cumpleaños|hermano;
        tus|sus hijos|padres|niños; feliz cumpleaños; falleció; ha fallecido; murió; ha muerto; funeral; hospital;
        enfermo|enferma|enfermedad; embarazada; boda; nacimiento; ha nacido; mi más sentido; pésame; que te mejores;
        te echo de menos; te extraño; te quiero; os quiero; tengo miedo; orgulloso|orgullosa de; lloré; llorando; he dormido;
        un beso; besos a; vacaciones fueron; nuestras vacaciones
        """,
    ),
    Rule(
        name="es_personal_slightly",
        shows=Substance.PERSONAL,
        strength=0.4,
        phrases="""
        cómo estás; qué tal estás; vacaciones; fin de semana; navidad; niños; familia; cena; fiesta; casa; felicidades; enhorabuena
        """,
    ),
    Rule(
        name="es_logistics",
        shows=Substance.LOGISTICS,
        strength=0.7,
        phrases="""
        reunión; cita; tren; estación; vuelo; aeropuerto; hotel; taxi; autobús; parking; sala; entrada; a qué hora; qué hora;
        disponible|disponibles|disponibilidad; aplazar|aplazamos|cambiar * reunión|cita; cancelar|cancelada; calendario; agenda;
        le|te|os viene bien; me viene bien; nos vemos; el lunes|martes|miércoles|jueves|viernes|sábado|domingo;
        hasta mañana|luego|el; llego|llegamos|llegaré a; llego tarde
        """,
    ),
    Rule(
        name="es_courtesy",
        shows=Substance.COURTESY,
        strength=0.8,
        phrases="""
        gracias; muchas gracias; te|le|os agradezco; ^ perfecto; ^ genial; ^ estupendo; ^ muy bien; ^ vale; ^ ok; ^ recibido;
        recibido .; anotado; tomo nota; de nada; un placer; con mucho gusto; feliz año|navidad|fin|semana; buen fin|viaje|día;
        felices fiestas; enhorabuena; felicidades; hasta pronto; encantado|encantada .
        """,
    ),
    Rule(
        name="es_update_request",
        shows=Substance.UPDATE_REQUEST,
        strength=0.9,
        phrases="""
        actualizar|actualice|actualiza|actualicen * datos|perfil|información|contacto;
        confirme|confirma|confirmar * suscripción|correo|dirección|datos|registro; unirse|únase|únete a mi red;
        complete|completa su|tu perfil
        """,
    ),
    Rule(
        name="es_met",
        shows=Sign.MET,
        phrases="""
        tras|después nuestra|nuestro|de|la|tu|su reunión|encuentro|visita|conversación|llamada|nuestra|nuestro|tu|su;
        gracias por * visita|reunión|tiempo|recibirnos|recibirme|venir|comida;
        encantado|encantada|placer de * conocerle|conocerte|verte|verle|haberte|haberle; fue un placer;
        como hablamos|comentamos|dijimos ayer|en|el; en nuestra|la reunión|visita|última; ayer * hablamos|vimos|reunimos; acta de
        """,
    ),
    Rule(name="es_absent", shows=Sign.ABSENT, phrases="fuera de la oficina; estaré ausente; de vacaciones hasta; ausente hasta|del"),
)  # fmt: skip
